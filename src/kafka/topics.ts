import type { Admin, ITopicMetadata } from 'kafkajs';
import kafkajs from 'kafkajs';
import { retry } from '../async/retry.ts';
import { Failure } from '../errors/failure.ts';
import { isPassing, kafkaFailure } from './failure.ts';

const LED_WITHIN_MS = 20_000;
const LEADER_BACKOFF = { firstMs: 200, longestMs: 200, jitter: () => 0 };

/** A topic that a configuration needs. */
export interface NeededTopic {
  readonly topic: string;
  /** What it is for, in words. */
  readonly purpose: string;
  /** Inputs are other people's: they are never created by a run. */
  readonly isInput: boolean;
  /** How many it is created with; those of an input are its own. */
  readonly partitions: number;
  /** Whether another count is a failure. */
  readonly exact: boolean;
  readonly settings: Readonly<Record<string, string>>;
  /** Its name in earlier versions, where that is another: it is created with as many partitions as that one has. */
  readonly formerly?: string | undefined;
}

/** A topic as it is there. */
export interface FoundTopic {
  readonly partitions: number;
}

/** Partitions of those of the topics that are there. @throws Failure kafka/* */
export async function findTopics(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, FoundTopic>> {
  return await asking(topics.join(', '), async () => {
    const there = new Set(await admin.listTopics());
    const known = topics.filter((topic) => there.has(topic));
    if (known.length === 0) return new Map();
    const { topics: described } = await admin.fetchTopicMetadata({ topics: known });
    return new Map(described.map(({ name, partitions }) => [name, { partitions: partitions.length }]));
  });
}

/**
 * Creates it, and waits until each of its partitions has a leader. Whoever else creates it meanwhile is welcome.
 * @throws Failure kafka/*
 */
export async function createTopic(
  admin: Admin,
  { topic, partitions, settings }: NeededTopic,
  copies = -1,
): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await asking(topic, async () => {
    const one = { topic, numPartitions: partitions, replicationFactor: copies, configEntries };
    await admin.createTopics({ topics: [one], waitForLeaders: false });
    const signal = AbortSignal.timeout(LED_WITHIN_MS);
    const led = await retry(() => requireLed(admin, topic), {
      signal,
      isTransient: isPassing,
      backoff: LEADER_BACKOFF,
    });
    if (led === undefined) throw notLed(topic);
  });
}

/** Adds partitions to what is there. @throws Failure kafka/* */
export async function extendTopic(admin: Admin, topic: string, partitions: number): Promise<void> {
  await asking(topic, async () => {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
  });
}

/** The settings of `needed` that are otherwise on the brokers, as `name: is, not should`. @throws Failure kafka/* */
export async function wrongSettings(admin: Admin, { topic, settings }: NeededTopic): Promise<readonly string[]> {
  const names = Object.keys(settings);
  if (names.length === 0) return [];
  return [...(await settingsOf(admin, topic, names))]
    .filter(([name, value]) => settings[name] !== value)
    .map(([name, value]) => `${name} is ${value}, not ${settings[name]}`);
}

/** Those settings of a topic, as the brokers have them. @throws Failure kafka/* */
export async function settingsOf(
  admin: Admin,
  topic: string,
  configNames: string[],
): Promise<ReadonlyMap<string, string>> {
  return await asking(topic, async () => {
    const asked = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames };
    const { resources } = await admin.describeConfigs({ resources: [asked], includeSynonyms: false });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    const found = entries.filter(({ configName }) => configNames.includes(configName));
    return new Map(found.map(({ configName, configValue }) => [configName, configValue]));
  });
}

async function requireLed(admin: Admin, topic: string): Promise<boolean> {
  return await asking(topic, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    if (!topics.some(isLed)) throw notLed(topic);
    return true;
  });
}

function notLed(where: string): Failure {
  return new Failure('kafka/unavailable', 'the topic was created, but its partitions have no leader', { where });
}

function isLed({ partitions }: ITopicMetadata): boolean {
  return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
}

async function asking<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw kafkaFailure(error, where);
  }
}
