import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';

const WITHIN_MS = 90_000;
const SMALL = 20_000;

const records = (from: number, count: number, partition: number): Message[] =>
  Array.from({ length: count }, (_, i) => {
    const time = new Date(1_700_000_000_000 + (from + i) * 60_000).toISOString();
    return { key: 'a', partition, value: JSON.stringify({ id: `s-${partition}`, time, value: (from + i) % 7 }) };
  });

describeWith([kafkaLibraries], 'topics as others have them', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  async function withAdmin(group: Group, work: (admin: ReturnType<Group['kafka']['admin']>) => Promise<unknown>) {
    const admin = group.kafka.admin();
    await admin.connect();
    await work(admin);
    await admin.disconnect();
  }

  /** A member that has read one partition, of a topic that has three then. */
  async function grown(name: string, on_partition_change: string) {
    const group = new Group(cluster, name, { source: { on_partition_change } });
    await group.createInput(1);
    await group.write(records(0, 20, 0));
    const member = group.start();
    await group.untilRead(WITHIN_MS);
    await withAdmin(group, (admin) => admin.createPartitions({ topicPartitions: [{ topic: group.input, count: 3 }] }));
    return { group, member };
  }

  test('partitions that are added while a member runs are read within a minute, where it may extend its state', {
    timeout: 300_000,
  }, async () => {
    const { group, member } = await grown('extended', 'extend');
    await group.write([...records(0, 20, 1), ...records(0, 20, 2)]);
    await group.untilRead(60_000);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    expect(await group.scores()).toHaveLength(60);
  });

  test('and are a failure within a minute where it may not', { timeout: 300_000 }, async () => {
    const { member } = await grown('refused', 'stop');
    await until('the member has ended', 60_000, async () => !member.lives);
    expect(member.exitCode).toBe(1);
    expect(member.said().at(-1)).toContain('kafka/partitions-changed');
  });

  test('a topic that takes small batches gets small ones; only a record that is too large alone is a failure', {
    timeout: 300_000,
  }, async () => {
    const group = new Group(cluster, 'small');
    await group.createInput(1);
    const configEntries = [{ name: 'max.message.bytes', value: String(SMALL) }];
    const topics = [topicNames.scores(group.name), topicNames.deadLetters(group.input)].map((topic) => {
      return { topic, numPartitions: 1, configEntries };
    });
    await withAdmin(group, (admin) => admin.createTopics({ topics, waitForLeaders: false }));
    await group.write(records(0, 2_000, 0));
    const member = group.start({ state: { commit_interval: '5s' } });
    await group.untilRead(WITHIN_MS);
    expect(member.lives, member.said().join('\n')).toBe(true);
    await group.write([{ key: 'a', value: 'x'.repeat(SMALL) }]);
    await until('the member has ended', WITHIN_MS, async () => !member.lives);
    expect(member.said().at(-1)).toMatch(
      /^surprisal: small-in\.dlq\/0: the record with the key "a" has 20\d{3} bytes, more than .* \[kafka\/too-large\]/,
    );
    expect(await group.scores()).toHaveLength(2_000);
  });
});
