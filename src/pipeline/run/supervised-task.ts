import { usualBackoff } from '../../async/backoff.ts';
import { retry } from '../../async/retry.ts';
import type { Backend, OpenPartition, TopicPartition } from '../../store/backend.ts';
import type { CommitLimits, StreamPlan } from '../plan.ts';
import { type Bundles, Recorder } from '../task/recorder.ts';
import { Task } from '../task/task.ts';
import type { TaskEvents } from '../task/task-events.ts';
import type { Work } from './assigned.ts';

/** Short waits: nobody else does its work meanwhile, and what it waits for may be back at any moment. */
const BACKOFF = { ...usualBackoff, firstMs: usualBackoff.firstMs / 2, longestMs: 3_000 };

/** What supervision depends on. */
export interface SupervisedParts {
  readonly backend: Backend;
  readonly events: TaskEvents;
  /** Where the bundles of its alerts go; absent = there are none. */
  readonly bundles?: Bundles | undefined;
}

/**
 * Keeps the task of one partition alive: whatever fails in a way that the backend calls transient, the partition is
 * opened again, and a new task begins with nothing in memory, for that is worth nothing once the outcome of a commit is
 * unknown.
 */
export class SupervisedTask implements Work {
  readonly partition: TopicPartition;
  readonly #stream: { readonly plan: StreamPlan; readonly limits: CommitLimits };
  readonly #parts: SupervisedParts;
  #task: Task | undefined;

  constructor(
    partition: TopicPartition,
    stream: { readonly plan: StreamPlan; readonly limits: CommitLimits },
    parts: SupervisedParts,
  ) {
    this.partition = partition;
    this.#stream = stream;
    this.#parts = parts;
  }

  /** As it lives now, or has ended; another after each failure, and none in between. */
  get task(): Task | undefined {
    return this.#task;
  }

  /** Ends when its source does, or after a last commit once `signal` aborts. @throws Failure that is not transient */
  async run(signal: AbortSignal): Promise<void> {
    const { backend, events } = this.#parts;
    await retry(() => this.#live(signal), {
      signal,
      isTransient: (failure) => backend.isTransient(failure),
      failed: async (failure) => {
        this.#task = undefined;
        events.interrupted(this.partition.name, failure);
        await backend.reopenable(this.partition, failure, signal);
      },
      backoff: BACKOFF,
    });
  }

  async #live(signal: AbortSignal): Promise<void> {
    const { backend, events } = this.#parts;
    const opened = await backend.open(this.partition, signal);
    const { store, openSource, feedback, close } = opened;
    try {
      const recorder = this.#recorder(opened);
      const name = this.partition.task;
      this.#task = new Task({ name, ...this.#stream, openSource, store, feedback, events, recorder });
      await this.#task.run(signal);
    } finally {
      await close();
    }
  }

  #recorder({ freezer: store }: OpenPartition): Recorder | undefined {
    const { bundles } = this.#parts;
    if (bundles === undefined || store === undefined) return undefined;
    const { task, stream } = this.partition;
    const channels = this.#stream.plan.detector.channels.length;
    return new Recorder({ task, stream, channels }, { bundles, store });
  }
}
