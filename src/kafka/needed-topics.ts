import type { Admin, Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { connectKafka } from './client.ts';
import { kafkaFailure } from './failure.ts';
import { oldChangelog, topicNames } from './names.ts';
import type { KafkaOptions } from './options.ts';
import { isLeftBy } from './renamed.ts';
import { closed } from './renewed.ts';
import type { ScoreFormat } from './score-records.ts';
import type { KafkaSourceOptions } from './source.ts';
import { createTopic, extendTopic, type FoundTopic, findTopics, type NeededTopic, wrongSettings } from './topics.ts';

/** A topic that is read as a stream. */
export interface TopicStream {
  readonly stream: string;
  readonly source: KafkaSourceOptions;
  /** Of its scores. */
  readonly format: ScoreFormat;
}

/** What a consumer group reads and writes. */
export interface GroupOptions {
  readonly group: string;
  readonly kafka: KafkaOptions;
  readonly streams: readonly TopicStream[];
  /** Whether there are sinks. */
  readonly delivers: boolean;
}

/** A topic that a group needs, and whether it is there. */
export interface TopicState extends NeededTopic {
  readonly found: FoundTopic | undefined;
  /** Under its former name; another group may have had it under that name. */
  readonly former: FoundTopic | undefined;
}

const NEW_INPUT_PARTITIONS = 4;
/** Weights of a large network are one record. */
const CHANGELOG = {
  'cleanup.policy': 'compact',
  'max.message.bytes': '16777216',
  'segment.bytes': '67108864',
  'min.cleanable.dirty.ratio': '0.2',
};

/** Of each alert the newest verdict is kept. */
const FEEDBACK = { 'cleanup.policy': 'compact' };
const CURSORS = { 'cleanup.policy': 'compact' };
/** A dead letter is larger than the record it was, by the headers that say why. */
const DEAD_LETTERS = { 'max.message.bytes': '16777216' };

/**
 * Every topic that a group needs: the inputs, a changelog and dead letters for each, scores, alerts, and what sinks
 * refuse. Outputs have as many partitions as the largest input; a changelog exactly as many as its own.
 * `newPartitions`: of inputs that are not there.
 * @throws Failure kafka/*
 */
async function topicsOf(
  options: GroupOptions,
  admin: Admin,
  newPartitions = NEW_INPUT_PARTITIONS,
): Promise<readonly TopicState[]> {
  const { group, streams, delivers } = options;
  const inputs = streams.map(({ source }) => source.topic);
  const found = await findTopics(admin, inputs);
  const partitionsOf = (topic: string) => found.get(topic)?.partitions ?? newPartitions;
  const most = Math.max(...inputs.map(partitionsOf));
  const written = (topic: string, purpose: string, partitions = most): NeededTopic => {
    return { topic, purpose, isInput: false, partitions, exact: false, settings: {} };
  };
  const needed: NeededTopic[] = streams.flatMap(({ stream, source: { topic } }) => {
    const partitions = partitionsOf(topic);
    const changelog = written(topicNames.changelog(group, stream), `state of ${stream}`, partitions);
    const refused = `records of ${topic} that could not be used`;
    const deadLetters = written(topicNames.deadLetters(topic), refused, partitions);
    return [
      { ...written(topic, `input of ${stream}`, partitions), isInput: true },
      { ...changelog, exact: true, settings: CHANGELOG, formerly: oldChangelog(group, stream) },
      { ...deadLetters, settings: DEAD_LETTERS },
    ];
  });
  needed.push(written(topicNames.scores(group), 'scores'), written(topicNames.alerts(group), 'alerts'), {
    ...written(topicNames.feedback(group), 'verdicts on alerts'),
    settings: FEEDBACK,
  });
  if (delivers) {
    needed.push(
      { ...written(topicNames.deliveries(group), 'how far each sink is', 1), settings: CURSORS },
      written(topicNames.undelivered(group), 'what sinks refused', 1),
    );
  }
  const there = await findTopics(
    admin,
    needed.flatMap(({ topic, formerly = topic }) => [...new Set([topic, formerly])]),
  );
  return needed.map((each) => ({ ...each, found: there.get(each.topic), former: there.get(each.formerly ?? '') }));
}

/**
 * Every topic that a group needs, as it is there; `create` makes what is missing, inputs included.
 * @throws Failure kafka/*
 */
export async function findNeeded(
  options: GroupOptions,
  { create: creating, partitions }: { readonly create: boolean; readonly partitions: number | undefined },
): Promise<readonly TopicState[]> {
  const { kafka } = options;
  const client = connectKafka(kafka, () => {});
  const admin = client.admin();
  try {
    await admin.connect();
    const before = await topicsOf(options, admin, partitions);
    if (!creating) return before;
    for (const topic of before) {
      if (topic.found) continue;
      const inherited = await inheritedFrom(topic, { options, client });
      await createTopic(admin, withPartitionsOf(inherited, topic), kafka.replication_factor);
    }
    return await topicsOf(options, admin, partitions);
  } catch (error) {
    throw kafkaFailure(error, kafka.brokers.join(','));
  } finally {
    await closed(admin);
  }
}

/**
 * Sees to it that every topic is there, and is as it must be. The partitions of each.
 * @throws Failure kafka/no-topic, kafka/partitions-changed, kafka/*
 */
export async function prepareTopics(
  options: GroupOptions,
  admin: Admin,
  client: Kafka,
): Promise<ReadonlyMap<string, number>> {
  const topics = await topicsOf(options, admin);
  const partitions = new Map<string, number>();
  for (const topic of topics) {
    partitions.set(topic.topic, topic.found?.partitions ?? topic.partitions);
    const { formerly, former } = topic;
    const inherited = topic.found ?? (await inheritedFrom(topic, { options, client }));
    if (topic.found === undefined) await create(options, withPartitionsOf(inherited, topic), admin);
    if (topic.exact && inherited !== undefined) await hold(options, topic, inherited, admin);
    if (formerly !== undefined && former !== undefined) partitions.set(formerly, former.partitions);
    if (topic.exact) partitions.set(topic.topic, topic.partitions);
  }
  return partitions;
}

async function create({ kafka }: GroupOptions, topic: NeededTopic, admin: Admin): Promise<void> {
  const { isInput, purpose } = topic;
  if (isInput || !kafka.create_topics) {
    const message = `the topic is not there (${purpose}); \`surprisal topics --create\` makes all that a configuration needs`;
    throw new Failure('kafka/no-topic', message, { where: topic.topic });
  }
  await createTopic(admin, topic, kafka.replication_factor);
}

/** The topic of the former name, where it holds what this stream left there. */
async function inheritedFrom(
  { topic, formerly, former }: TopicState,
  { options: { group, streams }, client }: { readonly options: GroupOptions; readonly client: Kafka },
): Promise<FoundTopic | undefined> {
  const read = streams.find(({ stream }) => topicNames.changelog(group, stream) === topic);
  if (formerly === undefined || former === undefined || read === undefined) return undefined;
  const isOurs = await isLeftBy(client, { group, stream: read.stream }, { topic: formerly, ...former });
  return isOurs ? former : undefined;
}

function withPartitionsOf(inherited: FoundTopic | undefined, topic: TopicState): NeededTopic {
  return { ...topic, partitions: inherited?.partitions ?? topic.partitions };
}

/** A changelog that was there: by another count of partitions its tasks are not those of the input. */
async function hold(
  { group, streams }: GroupOptions,
  needed: TopicState,
  found: FoundTopic,
  admin: Admin,
): Promise<void> {
  const where = needed.topic;
  const wrong = (await wrongSettings(admin, needed)).filter((text) => text.startsWith('cleanup.policy'));
  if (wrong.length > 0) throw new Failure('state/foreign', `no changelog: ${wrong.join(', ')}`, { where });
  if (found.partitions === needed.partitions) return;
  const read = streams.find(({ stream }) => topicNames.changelog(group, stream) === where);
  const input = read?.source.topic ?? '';
  if (read?.source.on_partition_change === 'extend' && found.partitions < needed.partitions) {
    return await extendTopic(admin, where, needed.partitions);
  }
  const message = `${input} has ${needed.partitions} partitions now; its state was made with ${found.partitions}`;
  throw new Failure('kafka/partitions-changed', message, { where });
}
