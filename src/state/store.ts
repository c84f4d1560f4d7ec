import type { Output } from '../event/output.ts';

/** One task's part of a commit: all of it becomes visible at once, or nothing does. */
export interface Commit {
  /** In the order emitted; each gets the next sequence number of the outbox. */
  readonly outputs: readonly Output[];
  /** State entries that changed since the last commit; null = gone. */
  readonly changes: ReadonlyMap<string, Uint8Array | null>;
  /** Where the source is read from next. */
  readonly offset: number;
}

/** What a task finds when it starts. */
export interface Restored {
  readonly entries: ReadonlyMap<string, Uint8Array>;
  /** 0 where the task is new. */
  readonly offset: number;
}

/** State, outbox and source position of the tasks of one process. */
export interface Store {
  /** @throws Failure state/corrupt, state/foreign */
  restore(task: string): Promise<Restored>;
  /** One atomic, durable write. @throws Failure state/disk-full, state/io */
  commit(task: string, commit: Commit): Promise<void>;
  /** Committed outputs with a sequence ≥ `from`, oldest first, at most `limit`. */
  read(from: number, limit: number): Promise<readonly { readonly sequence: number; readonly output: Output }[]>;
  /** Resolves when something with a sequence ≥ `from` is committed, or the signal aborts. */
  waitFor(from: number, signal: AbortSignal): Promise<void>;
  /** Next sequence a sink is to be given; 0 where it is new. */
  cursor(sink: string): Promise<number>;
  advance(sink: string, next: number): Promise<void>;
  /** Keeps what a sink refused, with the reason. */
  setAside(sink: string, sequence: number, output: Output, reason: string): Promise<void>;
  /** Forgets outputs below `sequence`, once every sink has passed them. */
  trim(sequence: number): Promise<void>;
  close(): Promise<void>;
}
