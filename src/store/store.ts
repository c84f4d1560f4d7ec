import type { Output } from '../event/output.ts';
import type { Plain } from '../event/plain.ts';
import type { SourceRecord } from '../event/record.ts';
import type { EpochMs } from '../event/time.ts';
import type { Tick } from './tick.ts';

/** An entry of a task's state, by its name; null = gone. */
export type Entry = readonly [name: string, bytes: Uint8Array | null];

/** One task's part of a commit: all of it becomes visible at once, or nothing does. */
export interface Commit {
  /** In the order emitted; each gets the next sequence number of the task's outbox. */
  readonly outputs: readonly Output[];
  /** The records behind the outputs that are rejects, by offset. */
  readonly rejected?: ReadonlyMap<number, SourceRecord> | undefined;
  /** Where the source is read from next. */
  readonly offset: number;
  /** Those acted on since the last commit, by number: each a part of the state from here on, as the records are. */
  readonly ticks?: readonly Tick[];
  /** How many records of the source were read since the last commit. */
  readonly records?: number | undefined;
  /** Wall clock when the newest observation was taken in; absent where none was. */
  readonly lastSeenMs?: EpochMs | undefined;
  /** What the source has to know beside the offset; as it was where absent. */
  readonly bookmark?: Plain | undefined;
}

/** What a task finds when it starts. */
export interface Restored {
  /**
   * Some at a time, read as they are asked for, once. Where one comes again, or is gone, the last counts.
   * @throws Failure state/corrupt, state/foreign
   */
  readonly entries: AsyncIterable<readonly Entry[]>;
  /** The offset of the entries: at most `offset`. Where the task is new, the first to read. */
  readonly checkpoint: number;
  /** Outputs of everything below it are committed. */
  readonly offset: number;
  /** Those that the entries do not know of yet, by number: to be acted on, each in its place. */
  readonly ticks: readonly Tick[];
  /** Outputs of ticks with a smaller number are committed. */
  readonly ticked: number;
  /** As they were given to the last commit. */
  readonly lastSeenMs: EpochMs | undefined;
  readonly bookmark?: Plain | undefined;
  /** Answers below this place of the feedback topic are acted on, or are among the ticks; 0 where absent. */
  readonly feedback?: number | undefined;
}

/**
 * A committed output. Task and sequence name it for ever: a task that falls back to an older state gives it the same
 * ones again.
 */
export interface Committed {
  readonly sequence: number;
  readonly output: Output;
}

/** State and source position of tasks, and the way into their outbox. */
export interface TaskStore {
  /** @throws Failure state/corrupt, state/foreign */
  restore(task: string): Promise<Restored>;
  /**
   * One atomic, durable write; one at a time for each task, in the order called. A restore finds the state of the last
   * checkpoint, and what came since is processed again. After a failed one the task's state in memory is worth
   * nothing, for the outcome is unknown.
   * @throws Failure state/disk-full, state/io
   */
  commit(task: string, commit: Commit): Promise<void>;
  /**
   * A commit with the state at its offset. The entries that changed since the last checkpoint are asked for one by one,
   * as there is room for them, so that they are never all in memory, and one may come again: the last counts. Once
   * there are no more, `last` is asked for what is committed with them. Nothing of it is visible before all is.
   */
  checkpoint(task: string, changes: Iterable<Entry>, last: () => Commit): Promise<void>;
  /** The sequence that the task's next output will have. */
  next(task: string): number;
  /** The earliest offset a restore may ever go back to: a source may forget what is below it. */
  replayFrom(task: string): number;
}

/** The state of a task as its last checkpoint left it, whatever is committed after, until it is released. */
export interface FrozenState {
  /** Read as they are asked for. @throws Failure state/* */
  entries(): AsyncIterable<readonly Entry[]>;
  /** Must be called, once nothing reads it any more: the store keeps what it holds on the disk until then. */
  release(): Promise<void>;
}

/** Committed outputs of tasks, each with a place for every sink. */
export interface Outbox {
  /**
   * Committed outputs of the task with a sequence ≥ `from`, oldest first, at most `limit`. Each sink reads at a place
   * of its own.
   */
  read(task: string, sink: string, from: number, limit: number): Promise<readonly Committed[]>;
  /**
   * Resolves when something of the task with a sequence ≥ `from` is committed, or the signal aborts, or the store
   * closes.
   */
  waitFor(task: string, sink: string, from: number, signal: AbortSignal): Promise<void>;
  /** Next sequence of the task a sink is to be given; 0 where it is new. */
  cursor(task: string, sink: string): Promise<number>;
  /** What the delivery keeps beside the cursor, by name, in the order of the names. */
  deliveryState(task: string, sink: string): Promise<ReadonlyMap<string, Plain>>;
  /** Moves the cursor and writes what changed of the delivery state, null = gone: both or neither. */
  advance(task: string, sink: string, next: number, changes?: ReadonlyMap<string, Plain | null>): Promise<void>;
  /** Keeps what a sink refused, with the reason. */
  deadLetter(task: string, sink: string, refused: Committed & { readonly reason: string }): Promise<void>;
}

/**
 * State, outbox and source position of the tasks of one process. Each task has an outbox of its own, numbered from 0,
 * so that its order depends on nothing but the task. A cursor may be beyond the end of the outbox, after a
 * fall-back: what is below it was delivered already, is made again alike, and is not delivered again. After a failed
 * commit the store refuses everything.
 */
export interface Store extends TaskStore, Outbox {
  /** Whether the task has committed nothing yet: no state, no output, no place in its source. */
  isNew(task: string): boolean;
  /** Freezes the state of a task while no checkpoint of it is being written. O(1), memory and time. */
  freeze(task: string): FrozenState;
  /**
   * Puts a state that was learned elsewhere in the place of the task's; its place in the source stays. As a checkpoint,
   * all of it counts at once. Where the outbox holds nothing, so many `passed` outputs have their sequences and count
   * as delivered: what follows has the ones after them.
   * @throws Failure state/disk-full, state/io
   */
  preload(task: string, entries: Iterable<Entry>, passed: number): Promise<void>;
  /** Forgets outputs of the task below `sequence`, once every sink has passed them. */
  trim(task: string, sequence: number): Promise<void>;
  close(): Promise<void>;
}
