import type { Source } from '../../source/source.ts';
import type { TaskStore } from '../../store/store.ts';
import type { CommitLimits, StreamPlan } from '../plan.ts';
import type { Recorder } from './recorder.ts';
import type { TaskEvents } from './task-events.ts';

/** What a task depends on. */
export interface TaskParts {
  /** Its name in the store: the stream's, or that of one of its partitions. */
  readonly name: string;
  readonly plan: StreamPlan;
  /** Called once the state is restored. */
  readonly openSource: () => Promise<Source>;
  readonly limits: CommitLimits;
  readonly store: TaskStore;
  readonly events: TaskEvents;
  /** Keeps what the bundles of its alerts need; absent = there are none. */
  readonly recorder?: Recorder | undefined;
}
