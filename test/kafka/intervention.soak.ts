import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../cli/program.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { kafkaTool } from '../servers/kafka/tools.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group, type Settings } from './group.ts';
import { newTopic, offsetsOf } from './topic.ts';

const WITHIN_MS = 200_000;
/** No checkpoint but the first: what came after it is replayed. */
const RARELY = { commit_interval: '100ms', checkpoint_interval: '1h', checkpoint_records: 1_000_000 };

/** Records `from` to `to`, exclusive. */
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ key: 'a', value: record(from + n), partition: 0 }));

describeWith([kafkaLibraries], 'what an operator does', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  }, 240_000);
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

  /** Runs it until it has read everything, and ends it. What it said. */
  async function goesOn(group: Group, settings: Settings = {}): Promise<string> {
    const member = group.start(settings);
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    return member.said().join('\n');
  }

  /** What it says last, when it ends on its own with exit code 1. */
  async function refused(group: Group, settings: Settings = {}): Promise<string> {
    const member = group.start(settings);
    await until('the program has ended', WITHIN_MS, async () => !member.lives);
    expect(member.exitCode, member.said().join('\n')).toBe(1);
    return member
      .said()
      .filter((line) => !line.startsWith('{'))
      .join('\n');
  }

  /** A group that has read 40 records of one partition, and has ended. */
  async function settled(name: string, settings: Settings = {}, topic = {}): Promise<Group> {
    const group = new Group(cluster, name, settings);
    await newTopic(group.kafka, group.input, 1, topic);
    await group.write(records(0, 40));
    await goesOn(group);
    return group;
  }

  async function recreated(group: Group, topic: string, settings = {}): Promise<void> {
    await byAdmin(group, async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await until(`${topic} is gone`, WITHIN_MS, async () => !(await admin.listTopics()).includes(topic));
    });
    await newTopic(group.kafka, topic, 1, settings);
  }

  /** By Kafka's own command, once the group is inactive. */
  async function reset(group: Group, how: readonly string[], to: number): Promise<void> {
    await until(`the group is at ${to}`, WITHIN_MS, async () => {
      await kafkaTool('kafka-consumer-groups', [
        ...['--bootstrap-server', cluster.brokers.join(), '--group', group.name, '--topic', group.input],
        ...['--reset-offsets', ...how, '--execute'],
      ]).catch(() => '');
      return (await offsetsOf(group.kafka, group.name, group.input)).get(0) === to;
    });
  }

  test('to the offset of the group is reported, ignored or followed, as the configuration says', {
    timeout: 300_000,
  }, async () => {
    const group = await settled('moved');
    await reset(group, ['--to-earliest'], 0);
    const said = await refused(group);
    expect(said).toMatch(`surprisal: ${group.input}/0: somebody moved the group moved to offset 0; its state is at 40`);
    expect(said).toContain('[kafka/offset-moved] Set `on_moved_offset: follow`');
    await group.write(records(40, 50));
    await goesOn(group, { source: { on_moved_offset: 'ignore' } });
    expect(await group.scores()).toHaveLength(50);

    await group.write(records(50, 60));
    await reset(group, ['--to-latest'], 60);
    const follow = { source: { on_moved_offset: 'follow' }, state: RARELY };
    const member = group.start(follow);
    await until('it follows', WITHIN_MS, async () => member.said().some((line) => line.includes('follows the group')));
    await group.write(records(60, 70));
    await group.untilRead(WITHIN_MS);
    // What it skipped is skipped by a replay too.
    await member.end('SIGKILL');
    await group.write(records(70, 75));
    await goesOn(group, { state: RARELY });
    expect(await group.scores()).toHaveLength(65);

    await reset(group, ['--to-earliest'], 0);
    expect(await goesOn(group, follow)).toMatch(/starts over at offset 0: \d+ entries of the state are forgotten/);
    expect(await group.scores()).toHaveLength(65 + 75);
  });

  test('to the input, which is another topic of the same name, is reported, or read from its start', {
    timeout: 300_000,
  }, async () => {
    const group = await settled('again');
    await recreated(group, group.input);
    await group.write(records(40, 140));
    expect(await refused(group)).toMatch(/again-in\/0: the topic was created anew: .* \[kafka\/topic-recreated\]/);
    const said = await goesOn(group, { source: { on_lost_offset: 'earliest' } });
    expect(said).toContain('the input was created anew: it is read from offset 0, with the state of the checkpoint');
    expect(await group.scores()).toHaveLength(140);
    await group.write(records(140, 150));
    await goesOn(group);
    expect(await group.scores()).toHaveLength(150);
  });

  test('to the changelog, under a running member too, is reported, or the state starts over and says so', {
    timeout: 300_000,
  }, async () => {
    const group = await settled('amnesia');
    const member = group.start();
    await group.write(records(40, 50));
    await group.untilRead(WITHIN_MS);
    await recreated(group, group.changelog, { 'cleanup.policy': 'compact' });
    await group.write(records(50, 60));
    const ended = async () => !member.lives || (await offsetsOf(group.kafka, group.name, group.input)).get(0) === 60;
    await until('it has ended, or committed into the new changelog', WITHIN_MS, ended);
    await member.end('SIGKILL');
    expect(await refused(group)).toContain('[state/lost]');
    await group.write(records(60, 70));
    const said = await goesOn(group, { source: { on_foreign_state: 'start_over' } });
    expect(said).toMatch(/starts over at offset 0: \d+ entries of the state are forgotten/);
  });

  test('to records that have to be replayed is reported, or what is left is replayed', {
    timeout: 300_000,
  }, async () => {
    const compacted = { 'cleanup.policy': 'compact', 'segment.ms': '1000', 'min.cleanable.dirty.ratio': '0.01' };
    const group = await settled('gaps', { state: RARELY }, compacted);
    const member = group.start();
    await group.write(records(40, 80));
    await group.untilRead(WITHIN_MS);
    await member.end('SIGKILL');
    expect(member.said().join()).toContain('the input has cleanup.policy=compact');
    // A new segment makes the one before it cleanable.
    const folder = join(cluster.data(0), `${group.input}-0`);
    const isPast = (file: string) => file.endsWith('.log.deleted') && Number.parseInt(file, 10) >= 80;
    let next = 80;
    await until('compaction has been there', WITHIN_MS, async () => {
      await group.write(records(next, ++next));
      return readdirSync(folder).some(isPast);
    });
    const words = /of the 40 records from the checkpoint at 40 to the committed offset 80, \d+ are left .*records-gone/;
    expect(await refused(group)).toMatch(words);
    expect(await goesOn(group, { source: { on_lost_offset: 'earliest' } })).toContain('kafka/records-gone');
  });

  test('about a damaged batch as the failure advises continues after it', { timeout: 300_000 }, async () => {
    const group = await settled('damaged');
    await group.write(records(40, 50));
    await group.write(records(50, 60));
    damage(join(cluster.data(0), `${group.input}-0`, '00000000000000000000.log'), 40);
    const said = await refused(group);
    expect(said).toMatch(
      /damaged-in\/0@40: the batch of records from offset 40 to 49 is damaged: .*\[kafka\/corrupt\]/,
    );
    expect(said).toContain('--reset-offsets --to-offset');
    await reset(group, ['--to-offset', '50'], 50);
    await goesOn(group, { source: { on_moved_offset: 'follow' } });
    expect(await group.scores()).toHaveLength(50);
  });
});

/** Turns the last byte of the batch that begins at this offset. */
function damage(log: string, offset: number): void {
  const bytes = readFileSync(log);
  for (let at = 0; at < bytes.length; at += 12 + bytes.readInt32BE(at + 8)) {
    if (bytes.readBigInt64BE(at) !== BigInt(offset)) continue;
    const last = at + 11 + bytes.readInt32BE(at + 8);
    const file = openSync(log, 'r+');
    writeSync(file, Buffer.from([bytes[last] ^ 0xff]), 0, 1, last);
    return;
  }
  throw new Error(`no batch begins at ${offset}`);
}
