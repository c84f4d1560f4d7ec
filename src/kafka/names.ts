/** The topics of a group: what a person meets in a Kafka console. */
export const topicNames = {
  scores: (group: string): string => `${group}-scores`,
  alerts: (group: string): string => `${group}-alerts`,
  /** The state of a stream, with as many partitions as its input. */
  changelog: (group: string, stream: string): string => `${group}-${stream}-changelog`,
  /** Verdicts of people on alerts. */
  feedback: (group: string): string => `${group}-feedback`,
  /** How far each sink is, and what it keeps beside that. */
  deliveries: (group: string): string => `${group}-deliveries`,
  /** What a sink refused. */
  undelivered: (group: string): string => `${group}-undelivered`,
  deadLetters: (topic: string): string => `${topic}.dlq`,
} as const;

/** One a partition of the input: whoever has it owns the task. */
export function transactionalId(group: string, topic: string, partition: number): string {
  return `${group}-${topic}-${partition}`;
}

/** The consumer group that shares out what sinks are given. */
export function deliveryGroup(group: string): string {
  return `${group}-delivery`;
}
