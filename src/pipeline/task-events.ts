import type { MissingValues } from '../decode/missing.ts';
import type { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { Task } from './task.ts';

/** What a restore cost. */
export interface Restoring {
  readonly seconds: number;
  readonly bytes: number;
  /** Records worked off again since the checkpoint. */
  readonly replayed: number;
}

/** What a task tells whoever counts. */
export interface TaskEvents {
  restored(task: Task, restoring: Restoring): void;
  consumed(task: Task, records: number): void;
  /** Values that could not be used, of records that were consumed. */
  missing(task: Task, values: readonly MissingValues[]): void;
  emitted(task: Task, outputs: readonly Output[], seconds: number): void;
  /** One learning step of the network, within the time of `emitted`. */
  learned(task: Task, seconds: number): void;
  /** Something failed, and is tried again. */
  interrupted(where: string, failure: Failure): void;
  committed(
    task: Task,
    commit: { readonly seconds: number; readonly bytes: number; readonly checkpoint: boolean },
  ): void;
}
