import type { z } from 'zod';
import type { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { RecordBytes, SourceRecord } from '../event/record.ts';

/** A place records come from. */
export interface Source {
  /** Name for people and for error messages: a path, a topic, `simulate thermostat`. */
  readonly name: string;
  /**
   * Records from offset `from` on (0 = the beginning), in order, in batches of at most some thousand. Ends when there
   * are no more, or soon after `signal` aborts. Waits without spinning where it must. Reading again from a record's
   * `next` yields what follows it. A source for which silence is news yields an empty batch about each second while it
   * waits: all that came until now was read.
   * @throws Failure source/unreadable, source/truncated
   */
  read(from: number, signal: AbortSignal): AsyncIterable<readonly SourceRecord[]>;
  /**
   * Before the first `columns` or `read`, at most once: what `bookmark` gave with the offset that reading continues at,
   * and whom to report what an operator should know and reading survives, such as a file that is gone.
   */
  resume?(bookmark: Plain | undefined, report: (failure: Failure) => void): void;
  /**
   * What has to be known beside an offset to find its place again, as which files it is about: committed with the
   * offset.
   */
  bookmark?(offset: number): Plain | undefined;
  /**
   * Names of the columns where the source has a header, as a CSV file does; asked before the first `read`. Waits for it
   * where the source waits.
   */
  columns?(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /**
   * Everything below it is yielded or holds no record, as the markers of transactions hold none: what was yielded last
   * ends here. Absent where a record's `next` says so.
   */
  passed?(): number;
  /** No restore will ever go back below this offset: what lies before it may be forgotten. */
  committed?(offset: number): void;
  /**
   * Takes records that are pushed to it, all or none; resolves once they are durable. Where it is missing, nothing can
   * be pushed.
   * @throws Failure source/full
   */
  append?(records: RecordBytes): Promise<void>;
  close(): Promise<void>;
}

/** What a source of a kind is, in one definition. */
export interface SourceKind<C extends { readonly kind: string }> {
  readonly kind: C['kind'];
  /** One sentence for the reference. */
  readonly summary: string;
  readonly config: z.ZodType<C>;
  /** No I/O before the first `read`. */
  open(config: C): Promise<Source>;
}

/** Keeps the type of the configuration between `config` and `open`. */
export function sourceKind<C extends { readonly kind: string }>(kind: SourceKind<C>): SourceKind<C> {
  return kind;
}
