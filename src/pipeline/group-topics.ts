import type { Admin } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { topicNames } from '../kafka/names.ts';
import {
  createTopic,
  extendTopic,
  type FoundTopic,
  findTopics,
  type NeededTopic,
  wrongSettings,
} from '../kafka/topics.ts';
import type { GroupPlan } from './group-plan.ts';

/** A topic that a plan needs, and whether it is there. */
export interface TopicState extends NeededTopic {
  readonly found: FoundTopic | undefined;
}

const NEW_INPUT_PARTITIONS = 4;
/** Weights of a large network are one record. */
const CHANGELOG = {
  'cleanup.policy': 'compact',
  'max.message.bytes': '16777216',
  'segment.bytes': '67108864',
  'min.cleanable.dirty.ratio': '0.2',
};

const CURSORS = { 'cleanup.policy': 'compact' };
/** A dead letter is larger than the record it was, by the headers that say why. */
const DEAD_LETTERS = { 'max.message.bytes': '16777216' };

/**
 * Every topic that a plan needs: the inputs, a changelog and dead letters for each, scores, alerts, and what sinks refuse. Outputs have as
 * many partitions as the largest input; a changelog exactly as many as its own. `newPartitions`: of inputs that are not there. @throws Failure kafka/*
 */
export async function topicsOf(
  plan: GroupPlan,
  admin: Admin,
  newPartitions = NEW_INPUT_PARTITIONS,
): Promise<readonly TopicState[]> {
  const { group, streams } = plan;
  const inputs = streams.map(({ source }) => source.topic);
  const found = await findTopics(admin, inputs);
  const partitionsOf = (topic: string) => found.get(topic)?.partitions ?? newPartitions;
  const most = Math.max(...inputs.map(partitionsOf));
  const written = (topic: string, purpose: string, partitions = most): NeededTopic => {
    return { topic, purpose, isInput: false, partitions, exact: false, settings: {} };
  };
  const needed: NeededTopic[] = streams.flatMap(({ detector: { stream }, source: { topic } }) => {
    const partitions = partitionsOf(topic);
    const changelog = written(topicNames.changelog(group, stream), `state of ${stream}`, partitions);
    const refused = `records of ${topic} that could not be used`;
    const deadLetters = written(topicNames.deadLetters(topic), refused, partitions);
    return [
      { ...written(topic, `input of ${stream}`, partitions), isInput: true },
      { ...changelog, exact: true, settings: CHANGELOG },
      { ...deadLetters, settings: DEAD_LETTERS },
    ];
  });
  needed.push(written(topicNames.scores(group), 'scores'), written(topicNames.alerts(group), 'alerts'));
  if (plan.sinks.length > 0) {
    needed.push(
      { ...written(topicNames.deliveries(group), 'how far each sink is', 1), settings: CURSORS },
      written(topicNames.undelivered(group), 'what sinks refused', 1),
    );
  }
  const there = await findTopics(
    admin,
    needed.map(({ topic }) => topic),
  );
  return needed.map((each) => ({ ...each, found: there.get(each.topic) }));
}

/**
 * Sees to it that every topic is there, and is as it must be. The partitions of each.
 * @throws Failure kafka/no-topic, kafka/partitions-changed, kafka/*
 */
export async function prepareTopics(plan: GroupPlan, admin: Admin): Promise<ReadonlyMap<string, number>> {
  const topics = await topicsOf(plan, admin);
  const partitions = new Map<string, number>();
  for (const topic of topics) {
    partitions.set(topic.topic, topic.found?.partitions ?? topic.partitions);
    if (topic.found === undefined) await create(plan, topic, admin);
    else if (topic.exact) await hold(plan, topic, topic.found, admin);
    if (topic.exact) partitions.set(topic.topic, topic.partitions);
  }
  return partitions;
}

async function create({ kafka }: GroupPlan, topic: TopicState, admin: Admin): Promise<void> {
  const { isInput, purpose } = topic;
  if (isInput || !kafka.create_topics) {
    const message = `the topic is not there (${purpose}); \`surprisal topics --create\` makes all that a configuration needs`;
    throw new Failure('kafka/no-topic', message, { where: topic.topic });
  }
  await createTopic(admin, topic, kafka.replication_factor);
}

/** A changelog that was there: by another count of partitions its tasks are not those of the input. */
async function hold(plan: GroupPlan, needed: TopicState, found: FoundTopic, admin: Admin): Promise<void> {
  const where = needed.topic;
  const wrong = (await wrongSettings(admin, needed)).filter((text) => text.startsWith('cleanup.policy'));
  if (wrong.length > 0) throw new Failure('state/foreign', `no changelog: ${wrong.join(', ')}`, { where });
  if (found.partitions === needed.partitions) return;
  const stream = plan.streams.find(({ detector }) => topicNames.changelog(plan.group, detector.stream) === where);
  const input = stream?.source.topic ?? '';
  if (stream?.source.on_partition_change === 'extend' && found.partitions < needed.partitions) {
    return await extendTopic(admin, where, needed.partitions);
  }
  const message = `${input} has ${needed.partitions} partitions now; its state was made with ${found.partitions}`;
  throw new Failure('kafka/partitions-changed', message, { where });
}
