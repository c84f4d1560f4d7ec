import type { LiveTask } from '../pipeline/task/task-events.ts';

/** A task, as far as its checkpoints go. */
export type Saved = Pick<LiveTask, 'name' | 'stream' | 'isSaved'>;

/**
 * When the state of each task was last saved. A task that fails and is made anew is the same one by its name, for it is
 * not saved by that.
 */
export class LastSaved {
  readonly #times = new Map<string, { readonly stream: string; readonly time: number }>();

  /** A task has its state: the first time that is as good as saved. Times are epoch seconds. */
  restored({ name, stream }: Saved, time: number): void {
    if (!this.#times.has(name)) this.#times.set(name, { stream, time });
  }

  saved({ name, stream }: Saved, time: number): void {
    this.#times.set(name, { stream, time });
  }

  /** Forgets all tasks but these: others live elsewhere now. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#times.keys()) if (!names.has(name)) this.#times.delete(name);
  }

  /**
   * By stream: the time, longest ago, at which one of its tasks was saved. A task with nothing new to save counts as
   * saved now; one that is about to be made anew, and so is not among those that live, does not. O(tasks).
   */
  oldest(living: readonly Saved[], now: number): ReadonlyMap<string, number> {
    const saved = new Set(living.filter(({ isSaved }) => isSaved).map(({ name }) => name));
    const oldest = new Map<string, number>();
    for (const [name, { stream, time }] of this.#times) {
      oldest.set(stream, Math.min(oldest.get(stream) ?? now, saved.has(name) ? now : time));
    }
    return oldest;
  }
}
