import type { KafkaOptions } from '../kafka/options.ts';
import type { KafkaSourceOptions } from '../kafka/source.ts';
import type { CommitLimits, SinkPlan, StreamPlan } from './plan.ts';

/** One topic to read as a stream. */
export interface TopicPlan extends Omit<StreamPlan, 'openSource'> {
  readonly source: KafkaSourceOptions;
}

/** Everything a member of a consumer group needs, checked. */
export interface GroupPlan {
  readonly group: string;
  readonly kafka: KafkaOptions;
  readonly limits: CommitLimits;
  readonly streams: readonly TopicPlan[];
  readonly sinks: readonly SinkPlan[];
}
