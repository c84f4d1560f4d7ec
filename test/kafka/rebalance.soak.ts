import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import type { Member } from './member.ts';
import { endsOf, newTopic, readAll } from './topic.ts';

const WITHIN_MS = 60_000;
const PARTITIONS = 4;
const SERIES = 16;
const BETWEEN_MS = 50;
/** One output of each record. */
const EACH = { kind: 'jsonl', outputs: ['score', 'reject'] };

/** `count` records of some series, each series on a partition of its own choice, a minute apart; one in fifty is none. */
function records(from: number, count: number): readonly Message[] {
  return Array.from({ length: count }, (_, k): Message => {
    const n = from + k;
    const id = `meter-${n % SERIES}`;
    const time = new Date(1_700_000_000_000 + Math.floor(n / SERIES) * 60_000).toISOString();
    const value = n % 50 === 7 ? '{' : JSON.stringify({ id, time, value: Math.sin(n) });
    return { key: id, value, partition: n % PARTITIONS };
  });
}

/** Writes so many again and again until it is stopped; then how many there are. */
function writing(group: Group, each: number): () => Promise<number> {
  let count = 0;
  const stop = new AbortController();
  const written = (async () => {
    while (!stop.signal.aborted) {
      await group.write(records(count, each));
      count += each;
      await pause(BETWEEN_MS);
    }
    return count;
  })();
  return async () => {
    stop.abort();
    return await written;
  };
}

type Line = Readonly<Record<string, unknown>>;

/** The lines of its log with this message. */
function logged(member: Member, message: string): readonly Line[] {
  const lines = member.said().filter((line) => line.startsWith('{'));
  return lines.map((line): Line => JSON.parse(line)).filter(({ msg }) => msg === message);
}

/** The partitions that the group has given it last. */
function partitionsOf(member: Member): readonly string[] {
  const last = logged(member, 'the group has given this member its partitions').at(-1);
  return Array.isArray(last?.partitions) ? last.partitions : [];
}

const restores = (member: Member): number => logged(member, 'state restored').length;

async function untilOwns(member: Member, count: number): Promise<void> {
  await until(`a member owns ${count}`, WITHIN_MS, async () => {
    return partitionsOf(member).length === count && restores(member) >= count;
  });
}

/** Every series and time that was scored, or offset that was refused. */
async function worked(group: Group): Promise<readonly string[]> {
  const scores = (await group.scores()).map(({ value }) => JSON.parse(value ?? ''));
  const letters = (await group.deadLetters()).map(({ headers }) => `${headers.dlq_partition}@${headers.dlq_offset}`);
  return [...scores.map(({ series, timeMs }) => `${series}@${timeMs}`), ...letters];
}

describeWith([kafkaLibraries], 'a group of members', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => cluster?.stop());

  test('on brokers that have only begun ends on its own after SIGTERM, with sinks that had many partitions to read', {
    timeout: 90_000,
  }, async () => {
    const group = new Group(cluster, 'fresh');
    await group.createInput(PARTITIONS);
    await group.write(records(0, 400));
    const member = group.start({ sinks: { file: { ...EACH, path: `${group.folder}/out.jsonl` } } });
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM')).toBe(0);
    expect(member.said().at(-1)).toContain('"stopped"');
    expect(group.lines('out.jsonl')).toHaveLength(400);
  });

  test('takes one in and lets one go under load: nothing is lost or doubled, who stays restores nothing, and sinks get just what is in the topics', {
    timeout: 120_000,
  }, async () => {
    const group = new Group(cluster, 'moves', { state: { commit_records: 200, checkpoint_interval: '1h' } });
    await group.createInput(PARTITIONS);
    const sinks = (n: number) => ({ sinks: { file: { ...EACH, path: `${group.folder}/out-${n}.jsonl` } } });
    const stop = writing(group, 200);
    const first = group.start(sinks(1));
    await untilOwns(first, PARTITIONS);
    const second = group.start(sinks(2));
    await untilOwns(second, PARTITIONS / 2);
    await untilOwns(first, PARTITIONS / 2);
    expect(restores(first)).toBe(PARTITIONS);
    expect([...partitionsOf(first), ...partitionsOf(second)].sort()).toEqual(
      [0, 1, 2, 3].map((partition) => `${group.input}/${partition}`),
    );

    expect(await first.end('SIGTERM'), first.said().join('\n')).toBe(0);
    await untilOwns(second, PARTITIONS);
    expect(restores(second)).toBe(PARTITIONS);
    // It left a checkpoint: nothing is processed again.
    expect(logged(second, 'state restored').map(({ replayed }) => replayed)).toEqual([
      expect.any(Number),
      expect.any(Number),
      0,
      0,
    ]);
    const count = await stop();
    await group.untilRead(WITHIN_MS);
    expect(await second.end('SIGTERM')).toBe(0);

    const all = await worked(group);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(count);
    const given = [1, 2].flatMap((n) => group.lines(`out-${n}.jsonl`)).map(({ sequence, ...output }) => output);
    const ofTopic = async (topic: string) => (await readAll(group.kafka, topic)).map(({ value }) => String(value));
    const scored = given.filter(({ kind }) => kind === 'score').map((output) => JSON.stringify(output));
    expect(scored.sort()).toEqual([...(await ofTopic(topicNames.scores(group.name)))].sort());
    expect(given.filter(({ kind }) => kind === 'reject')).toHaveLength(count / 50);
  });

  test('gives a topic that only some of its members read yet to those alone', { timeout: 60_000 }, async () => {
    const group = new Group(cluster, 'rollout');
    await group.createInput(PARTITIONS);
    await newTopic(group.kafka, 'rollout-new', PARTITIONS);
    await group.write(records(0, 400), 'rollout-new');
    const first = group.start();
    await untilOwns(first, PARTITIONS);
    const hall = { source: { kind: 'kafka', topic: 'rollout-new' }, decode: { key: 'id' }, channels: { value: {} } };
    const second = group.start({ others: { hall } });
    await untilOwns(second, PARTITIONS + PARTITIONS / 2);
    await untilOwns(first, PARTITIONS / 2);
    await group.untilRead(WITHIN_MS, 'rollout-new');
    for (const member of [first, second]) expect(await member.end('SIGTERM')).toBe(0);
    expect(partitionsOf(first).every((place) => place.startsWith(group.input))).toBe(true);
  });

  test('killed in the middle delivers all the same: what it continues with is delivered twice at most, and nothing is lost', {
    timeout: 90_000,
  }, async () => {
    const group = new Group(cluster, 'killed');
    await group.createInput(PARTITIONS);
    const file = { ...EACH, path: `${group.folder}/out.jsonl` };
    const stop = writing(group, 200);
    const first = group.start({ sinks: { file } });
    const cursors = async () => [...(await endsOf(group.kafka, topicNames.deliveries(group.name))).values()];
    await until('cursors have moved', WITHIN_MS, async () => (await cursors().catch(() => [0]))[0] > PARTITIONS);
    await first.end('SIGKILL');
    const before = delivered(group).length;
    const second = group.start({ sinks: { file } });
    await untilOwns(second, PARTITIONS);
    const count = await stop();
    await group.untilRead(WITHIN_MS);
    await until('all is delivered', WITHIN_MS, async () => new Set(delivered(group)).size >= count);
    expect(await second.end('SIGTERM')).toBe(0);
    const lines = delivered(group);
    expect(new Set(lines).size).toBe(count);
    // The cursor went on: not all of it came again.
    expect(lines.length - count).toBeLessThan(before);
    const all = await worked(group);
    expect([all.length, new Set(all).size]).toEqual([count, count]);
  });
});

/** What its sink has been given, without the places of the records in their topics. */
function delivered(group: Group): readonly string[] {
  try {
    return group.lines('out.jsonl').map(({ sequence, ...output }) => JSON.stringify(output));
  } catch {
    // Not there yet, or a line is being written.
    return [];
  }
}
