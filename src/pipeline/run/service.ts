import type { SinkPlan } from '../plan.ts';
import type { LiveTask } from '../task/task-events.ts';

/** Committed outputs that are not yet delivered to a sink, over all tasks. */
export interface Queue {
  readonly sink: string;
  readonly queued: number;
  /** Those of them that failed, and await a retry. */
  readonly waiting: number;
}

/** How far the start has come, for the probes. */
export interface Readiness {
  readonly started: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** What a process runs. */
export interface Service {
  /** Those that live now. */
  readonly tasks: readonly LiveTask[];
  readonly queues: readonly Queue[];
  readonly readiness: Readiness;
  /** Reads no further, commits, and gives the deliveries `graceMs` to finish what is committed; `run` then resolves. */
  stop(graceMs: number): void;
  /**
   * Serves other sinks from now on, each from where the one of its name was; nothing is read or scored anew. @throws
   * Failure of the first that cannot be opened: whoever calls has tried that before, and the run ends
   */
  exchange(sinks: readonly SinkPlan[]): Promise<void>;
  /** Resolves when all is done, or after `stop`. @throws Failure of the first part that cannot continue */
  run(): Promise<void>;
}
