import type { LiveTask } from '../pipeline/task/task-events.ts';

/** A task, as far as its checkpoints go. */
export type CheckpointedTask = Pick<LiveTask, 'name' | 'stream' | 'isCheckpointed'>;

/**
 * When the state of each task was last checkpointed. A task that fails and is made anew is the same one by its name:
 * that is no checkpoint.
 */
export class LastCheckpoints {
  readonly #times = new Map<string, { readonly stream: string; readonly time: number }>();

  /** A task has its state: the first time that is as good as a checkpoint. Times are epoch seconds. */
  restored({ name, stream }: CheckpointedTask, time: number): void {
    if (!this.#times.has(name)) this.#times.set(name, { stream, time });
  }

  checkpointed({ name, stream }: CheckpointedTask, time: number): void {
    this.#times.set(name, { stream, time });
  }

  /** Forgets all tasks but these: others live elsewhere now. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#times.keys()) if (!names.has(name)) this.#times.delete(name);
  }

  /**
   * By stream: the time, longest ago, at which one of its tasks was checkpointed. A task with nothing new to save
   * counts as checkpointed now; one that is about to be made anew, and so is not among those that live, does not.
   * O(tasks).
   */
  oldest(living: readonly CheckpointedTask[], now: number): ReadonlyMap<string, number> {
    const current = new Set(living.filter(({ isCheckpointed }) => isCheckpointed).map(({ name }) => name));
    const oldest = new Map<string, number>();
    for (const [name, { stream, time }] of this.#times) {
      oldest.set(stream, Math.min(oldest.get(stream) ?? now, current.has(name) ? now : time));
    }
    return oldest;
  }
}
