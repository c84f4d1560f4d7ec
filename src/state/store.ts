import type { Output } from '../event/output.ts';

/** One task's part of a commit: all of it becomes visible at once, or nothing does. */
export interface Commit {
  /** In the order emitted; each gets the next sequence number of the task's outbox. */
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

/** A committed output. Task and sequence name it for ever: a task that falls back to an older state gives it the same ones again. */
export interface Committed {
  readonly sequence: number;
  readonly output: Output;
}

/**
 * State, outbox and source position of the tasks of one process. Each task has an outbox of its own, numbered from 0, so that its
 * order depends on nothing but the task. A cursor may stand beyond the end of the outbox, after a fall-back: what is below it was
 * delivered already, is made again alike, and is not delivered again.
 */
export interface Store {
  /** @throws Failure state/corrupt, state/foreign */
  restore(task: string): Promise<Restored>;
  /**
   * One atomic, durable write. Commits, trims and cursors are written one after another, in the order called; after a failed one
   * the store refuses everything, for the outcome is unknown. @throws Failure state/disk-full, state/io
   */
  commit(task: string, commit: Commit): Promise<void>;
  /** Committed outputs of the task with a sequence ≥ `from`, oldest first, at most `limit`. */
  read(task: string, from: number, limit: number): Promise<readonly Committed[]>;
  /** Resolves when something of the task with a sequence ≥ `from` is committed, or the signal aborts, or the store closes. */
  waitFor(task: string, from: number, signal: AbortSignal): Promise<void>;
  /** Next sequence of the task a sink is to be given; 0 where it is new. */
  cursor(task: string, sink: string): Promise<number>;
  advance(task: string, sink: string, next: number): Promise<void>;
  /** Keeps what a sink refused, with the reason. */
  setAside(task: string, sink: string, refused: Committed & { readonly reason: string }): Promise<void>;
  /** Forgets outputs of the task below `sequence`, once every sink has passed them. */
  trim(task: string, sequence: number): Promise<void>;
  /** The sequence that the task's next output will have. */
  next(task: string): number;
  /** The earliest offset a restore may ever go back to: a source may forget what is below it. */
  replayFrom(task: string): number;
  close(): Promise<void>;
}
