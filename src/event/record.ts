import type { EpochMs } from './time.ts';

/** Records in order, that can be gone through again and again: an array, or something smaller. */
export interface RecordBytes extends Iterable<Uint8Array> {
  readonly length: number;
}

/** Bytes from a source, before anybody looked inside. */
export interface SourceRecord {
  readonly value: Uint8Array;
  /** The source has a record here, but no value, as a tombstone of Kafka has none: `value` is empty. */
  readonly absent?: true | undefined;
  readonly key?: Uint8Array | undefined;
  /** Name and value, in order; a name may come more than once, and a value may be missing. */
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | null])[] | undefined;
  /**
   * When the source says it was written (Kafka's timestamp, a push's arrival); absent where it says nothing, as a file
   * does.
   */
  readonly timestampMs?: EpochMs | undefined;
  /** Its own place in the source: a byte offset in a file, an offset in a topic, a count in a simulation. */
  readonly offset: number;
  /** Where to continue after it: reading from `next` yields the record that follows. */
  readonly next: number;
  /**
   * Bytes of the whole record where it is longer than the source allows: `value` is then only its beginning, and good
   * for nothing else.
   */
  readonly cutFrom?: number | undefined;
  /**
   * Names of its columns, where its file has others, or in another order, than the source says it has: the same list
   * for all of one file.
   */
  readonly columns?: readonly string[] | undefined;
  /** Line in a file, from 1; 0 where there are no lines. */
  readonly line: number;
}
