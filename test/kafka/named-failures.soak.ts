import type { Admin, Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../cli/program.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group, type Settings } from './group.ts';
import { newTopic } from './topic.ts';

const WITHIN_MS = 40_000;

/** Records `from` to `to`, exclusive. */
const records = (from: number, to: number, partition = 0): readonly Message[] =>
  Array.from({ length: to - from }, (_, n) => ({ key: 'a', value: record(from + n), partition }));

describeWith([kafkaLibraries], 'what a group cannot continue with', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => cluster?.stop());

  async function byAdmin<T>(group: Group, act: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = group.kafka.admin();
    await admin.connect();
    try {
      return await act(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** Exit code, and everything said that is no line of the log. */
  async function refused(group: Group, settings: Settings = {}): Promise<readonly [number | null, readonly string[]]> {
    const member = group.start(settings);
    await until('the program has ended', WITHIN_MS, async () => !member.lives);
    return [member.exitCode, member.said().filter((line) => !line.startsWith('{'))];
  }

  async function goesOn(group: Group, settings: Settings = {}, topic = group.input): Promise<void> {
    const member = group.start(settings);
    await group.untilRead(WITHIN_MS, topic);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
  }

  /** A group that has read 40 records of one partition, and has ended. */
  async function settled(name: string): Promise<Group> {
    const group = new Group(cluster, name);
    await group.createInput(1);
    await group.write(records(0, 40));
    await goesOn(group);
    return group;
  }

  /** Deletes what lies below. */
  async function cut(group: Group, offset: number): Promise<void> {
    const topic = group.input;
    await byAdmin(group, async (admin) => {
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });
  }

  const line = (code: string, where: string, words = '') =>
    expect.stringMatching(new RegExp(`^surprisal: ${where}: .*${words}.* \\[${code}\\] \\S`));

  test('topics that are not there and may not be made: it says which, and what to do', {
    timeout: 90_000,
  }, async () => {
    const group = new Group(cluster, 'absent');
    expect(await refused(group)).toEqual([78, [line('kafka/no-topic', group.input, 'input of room')]]);
    await group.createInput(1);
    const settings = { kafka: { create_topics: false } };
    expect(await refused(group, settings)).toEqual([78, [line('kafka/no-topic', group.changelog, 'state of room')]]);
    const topics = await byAdmin(group, (admin) => admin.listTopics());
    expect(topics.filter((topic) => topic.startsWith('absent'))).toEqual([group.input]);
  });

  test('another count of partitions: it stops, or extends the state', { timeout: 90_000 }, async () => {
    const group = await settled('grown');
    await byAdmin(group, (admin) => admin.createPartitions({ topicPartitions: [{ topic: group.input, count: 3 }] }));
    await group.write(records(40, 50, 2));
    const words = `${group.input} has 3 partitions now; its state was made with 1`;
    expect(await refused(group)).toEqual([1, [line('kafka/partitions-changed', group.changelog, words)]]);
    await goesOn(group, { source: { on_partition_change: 'extend' } });
    expect((await group.scores()).map(({ partition }) => partition).filter((place) => place > 0)).toHaveLength(0);
    expect(await group.scores()).toHaveLength(50);
  });

  test('records that were deleted before they were read: it stops, or continues at what is left, or at what comes', {
    timeout: 120_000,
  }, async () => {
    const group = await settled('cut');
    await group.write(records(40, 60));
    await cut(group, 50);
    const words = 'offset 40 is gone: the topic has 50 to 60';
    expect(await refused(group)).toEqual([1, [line('kafka/offset-out-of-range', `${group.input}/0`, words)]]);
    await goesOn(group, { source: { on_lost_offset: 'earliest' } });
    expect(await group.scores()).toHaveLength(50);
    await group.write(records(60, 70));
    await cut(group, 65);
    const member = group.start({ source: { on_lost_offset: 'latest' } });
    await until('it has gone to the end', WITHIN_MS, async () =>
      member.said().some((said) => said.includes('kafka/offset-out-of-range')),
    );
    await group.write(records(70, 75));
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM')).toBe(0);
    expect(await group.scores()).toHaveLength(55);
  });

  test('state that is gone while the group has an offset: it stops, or starts over', { timeout: 90_000 }, async () => {
    const group = await settled('lost');
    await byAdmin(group, async (admin) => {
      await admin.deleteTopics({ topics: [group.changelog] });
      await until(
        'the changelog is gone',
        WITHIN_MS,
        async () => !(await admin.listTopics()).includes(group.changelog),
      );
    });
    const words = `group lost is at offset 40 of ${group.input}/0, but its state is not there`;
    // However often it is tried.
    for (let tries = 0; tries < 2; tries++) {
      expect(await refused(group)).toEqual([1, [line('state/lost', `${group.changelog}/0`, words)]]);
    }
    await group.write(records(40, 50));
    await goesOn(group, { source: { on_foreign_state: 'start_over' } });
    expect(await group.scores()).toHaveLength(90);
  });

  test('state of another topic: it stops, or starts over and forgets what was there', { timeout: 90_000 }, async () => {
    const group = await settled('foreign');
    const other = { topic: 'foreign-other' };
    await newTopic(group.kafka, other.topic, 1);
    const words = `it is the state of topic ${group.input}, not of foreign-other`;
    expect(await refused(group, { source: other })).toEqual([
      1,
      [line('state/foreign', `${group.changelog}/0`, words)],
    ]);
    await group.write(records(0, 10), other.topic);
    await goesOn(group, { source: { ...other, on_foreign_state: 'start_over' } }, other.topic);
    expect(await group.scores()).toHaveLength(50);
    expect(await refused(group)).toEqual([1, [line('state/foreign', `${group.changelog}/0`, 'not of foreign-in')]]);
  });
});
