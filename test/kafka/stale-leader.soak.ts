import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../cli/program.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import { offsetsOf } from './topic.ts';

const WITHIN_MS = 90_000;
const KAFKA = { request_timeout: '3s', transaction_timeout: '20s' };

/** Records `from` to `to`, exclusive. */
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ key: 'a', value: record(from + n), partition: 0 }));

describeWith([kafkaLibraries], 'a leader that is cut off from the controller, and not from its clients', () => {
  let cluster: KafkaCluster;
  /** The brokers that are not cut off. */
  let others: Kafka;
  beforeAll(async () => {
    cluster = await startKafka({ nodes: 3, controller: 'separate' });
    others = new Kafka({ brokers: cluster.brokers.slice(1), logLevel: logLevel.NOTHING, retry: { retries: 12 } });
  }, 400_000);
  afterAll(async () => cluster?.stop());

  /** A topic of one partition, led by the first of the nodes while it is there. */
  async function ledBy(topic: string, replicas: readonly number[], settings: Readonly<Record<string, string>> = {}) {
    const admin = others.admin();
    await admin.connect();
    await until('every broker is there', 60_000, async () => (await admin.describeCluster()).brokers.length === 3);
    const replicaAssignment = [{ partition: 0, replicas: [...replicas] }];
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, replicaAssignment, configEntries }], waitForLeaders: false });
    await admin.disconnect();
    await until(`${topic} has its leader`, 30_000, async () => (await leaderOf(topic)) === replicas[0]);
  }

  /** As the brokers that are not cut off see it. */
  async function leaderOf(topic: string): Promise<number> {
    const admin = others.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
    await admin.disconnect();
    return topics[0]?.partitions[0]?.leader ?? -1;
  }

  const committed = async (group: Group) => (await offsetsOf(others, group.name, group.input)).get(0) ?? 0;
  const untilCommitted = (group: Group, offset: number) =>
    until(`${offset} records are committed`, WITHIN_MS, async () => {
      return (await committed(group).catch(() => 0)) >= offset;
    });

  async function eachScoredOnce(group: Group, count: number): Promise<void> {
    const scores = await new Group({ ...cluster, brokers: cluster.brokers.slice(1) }, group.name).scores();
    const times = new Set(scores.map(({ value }) => JSON.parse(value ?? '').timeMs));
    expect([scores.length, times.size]).toEqual([count, count]);
  }

  test('of the changelog: a member that meets it first restores all that another one has committed', {
    timeout: 300_000,
  }, async () => {
    const own = { ...cluster, brokers: cluster.brokers.slice(1) };
    const group = new Group(own, 'stale-changelog', { kafka: KAFKA });
    await ledBy(group.input, [2, 3, 1]);
    await ledBy(group.changelog, [1, 2, 3], { 'cleanup.policy': 'compact' });
    await group.write(records(0, 600));
    const first = group.start();
    await untilCommitted(group, 600);
    cluster.cutOff(0);
    await until('another broker leads the changelog', WITHIN_MS, async () => (await leaderOf(group.changelog)) > 1);
    await group.write(records(600, 2_100));
    await untilCommitted(group, 2_100);
    await first.end('SIGKILL');

    const second = group.start({ kafka: { ...KAFKA, brokers: cluster.brokers.join() } });
    await group.write(records(2_100, 2_400));
    await untilCommitted(group, 2_400);
    expect(await second.end('SIGTERM'), second.said().join('\n')).toBe(0);
    cluster.reconnect(0);
    await eachScoredOnce(group, 2_400);
  });

  test('of the input: the records that its successor takes are read within half a minute', {
    timeout: 300_000,
  }, async () => {
    const group = new Group(cluster, 'stale-input', { kafka: KAFKA });
    await ledBy(group.input, [1, 2, 3]);
    await ledBy(group.changelog, [2, 3, 1], { 'cleanup.policy': 'compact' });
    await group.write(records(0, 100));
    const member = group.start();
    await untilCommitted(group, 100);
    cluster.cutOff(0);
    await until('another broker leads the input', WITHIN_MS, async () => (await leaderOf(group.input)) > 1);
    const producer = others.producer();
    await producer.connect();
    await producer.send({ topic: group.input, messages: records(100, 300) });
    await producer.disconnect();
    await untilCommitted(group, 300);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    cluster.reconnect(0);
    await eachScoredOnce(group, 300);
  });
});
