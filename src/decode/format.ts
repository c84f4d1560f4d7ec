import type { SourceRecord } from '../event/record.ts';
import type { Schemas } from './schema.ts';

/** What a format finds in a record, before anybody checked it. undefined = not there. */
export interface Fields {
  key: unknown;
  time: unknown;
  /** [D] */
  readonly channels: unknown[];
  /** Parts of a key of several fields, then those of a time, then the attributes. */
  readonly texts: unknown[];
}

/** Where a mapping looks. */
export interface Layout {
  /** undefined where the record does not say it. */
  readonly key: string | undefined;
  readonly time: string | undefined;
  /** [D] */
  readonly channels: readonly string[];
  /** Fields that are read as text: parts of a key of several fields, then those of a time, then the attributes. */
  readonly texts: readonly string[];
  readonly columns: readonly string[] | undefined;
  readonly delimiter: string;
  /** undefined where there is no schema registry. */
  readonly schemas: Schemas | undefined;
}

/** Fills the fields in from a record. @throws Failure decode/* */
export type Reader = (record: SourceRecord, into: Fields) => void;

/** A format of records: one file, and one line in `formats`. */
export interface Format {
  readonly kind: string;
  /** Compiles a mapping, once. @throws Failure config/invalid where it cannot be */
  open(layout: Layout): Reader;
}
