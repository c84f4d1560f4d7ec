import { z } from 'zod';

const TOPIC = /^[A-Za-z0-9._-]{1,245}$/;

/** A topic as the source of a stream: each of its partitions is a task of its own. */
export const kafkaSource = {
  kind: 'kafka',
  summary:
    'A topic of Apache Kafka, read exactly once as a member of the consumer group `group`; each partition is a task of its own.',
  config: z.strictObject({
    kind: z.literal('kafka'),
    topic: z
      .string()
      .regex(TOPIC, 'letters, digits, ".", "_" and "-", at most 245')
      .describe(
        'The topic; `surprisal topics` creates it. Key records by series, so that each series stays on one partition.',
      ),
    start: z.enum(['earliest', 'latest']).default('earliest').describe('Where a partition that was never read begins.'),
    on_lost_offset: z
      .enum(['stop', 'earliest', 'latest'])
      .default('stop')
      .describe(
        'What to do where the records to continue with, or to replay, were deleted or compacted, or the topic was created anew: end with a failure, or continue at what is left, or at what comes.',
      ),
    on_moved_offset: z
      .enum(['stop', 'follow', 'ignore'])
      .default('stop')
      .describe(
        'What to do where somebody moved the offset of the group: end with a failure; follow (forward, the records between are skipped; back, the state is forgotten); or ignore it.',
      ),
    on_foreign_state: z
      .enum(['stop', 'start_over'])
      .default('stop')
      .describe(
        'What to do where the changelog is gone, damaged, or another’s: end with a failure, or forget it and begin anew.',
      ),
    on_partition_change: z
      .enum(['stop', 'extend'])
      .default('stop')
      .describe(
        'What to do where the topic has more partitions than before: end with a failure, or continue; series whose key moved begin anew.',
      ),
  }),
} as const;

/** The source of a stream that reads a topic. */
export type KafkaSourceOptions = z.output<typeof kafkaSource.config>;
