/**
 * The topics of a group: what a person meets in a Kafka console. Names of groups and streams have small letters,
 * digits, `_` and `-`, so that no two of these are the same.
 */
export const topicNames = {
  scores: (group: string): string => `${group}-scores`,
  alerts: (group: string): string => `${group}-alerts`,
  /**
   * The state of a stream, with as many partitions as its input. Where the stream's name has dashes their number says
   * where the group's ends: stream `c` of group `a-b` has another than stream `b-c` of group `a`.
   */
  changelog: (group: string, stream: string): string => {
    const dashes = stream.split('-').length - 1;
    return `${oldNames.changelog(group, stream)}${dashes === 0 ? '' : `-${dashes}`}`;
  },
  /** Verdicts of people on alerts. */
  feedback: (group: string): string => `${group}-feedback`,
  /** How far each sink is, and what it keeps beside that. */
  deliveries: (group: string): string => `${group}-deliveries`,
  /** What a sink refused. */
  undelivered: (group: string): string => `${group}-undelivered`,
  deadLetters: (topic: string): string => `${topic}.dlq`,
} as const;

/** As versions up to 0.1 named them; groups with dashes in their names could share one. See `renamed.ts`. */
export const oldNames = {
  changelog: (group: string, stream: string): string => `${group}-${stream}-changelog`,
  transactionalId: (group: string, topic: string, partition: number): string => `${group}-${topic}-${partition}`,
} as const;

/**
 * One for each partition of the input: whoever has it owns the task. No topic has a slash in its name, and one without
 * dashes shows where the group's name ends: no two tasks have the same.
 */
export function transactionalId(group: string, topic: string, partition: number): string {
  return topic.includes('-') ? `${group}/${topic}/${partition}` : oldNames.transactionalId(group, topic, partition);
}

/** The consumer group that shares out what sinks are given. */
export function deliveryGroup(group: string): string {
  return `${group}-delivery`;
}

/** The changelog that an earlier version may have left; undefined where its name is the same now. */
export function oldChangelog(group: string, stream: string): string | undefined {
  const old = oldNames.changelog(group, stream);
  return old === topicNames.changelog(group, stream) ? undefined : old;
}
