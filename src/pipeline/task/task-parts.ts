import type { Source } from '../../source/source.ts';
import type { FeedbackTopic } from '../../store/backend.ts';
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
  /** Where the answers to its alerts come from; absent = they are given to the task itself. */
  readonly feedback?: FeedbackTopic | undefined;
  /** Keeps what the bundles of its alerts need; absent = there are none. */
  readonly recorder?: Recorder | undefined;
}
