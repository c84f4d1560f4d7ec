import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { surprisal } from '../cli/program.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import { readAll } from './topic.ts';

const WITHIN_MS = 60_000;
const RECORDS = 60_000;

/** Status of the two probes, and what they say; undefined where nobody listens. */
async function probe(
  port: number,
): Promise<{ readonly statuses: readonly number[]; readonly text: string } | undefined> {
  try {
    const answers = await Promise.all(['startupz', 'readyz'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)));
    return { statuses: answers.map(({ status }) => status), text: await answers[1].text() };
  } catch {
    return undefined;
  }
}

describeWith([kafkaLibraries], 'a member of a group', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => cluster?.stop());

  test('is ready once it has processed again what came since its checkpoint, and not before; SIGTERM ends it at any time', {
    timeout: 120_000,
  }, async () => {
    const port = await freePort();
    const group = new Group(cluster, 'ready', {
      state: { checkpoint_interval: '1h', checkpoint_records: 100_000_000 },
      stream: { network: { hidden: 32, steps: 16, engine: 'wasm' } },
      server: { port },
    });
    await group.createInput(1);
    const messages = Array.from({ length: RECORDS }, (_, n): Message => {
      const time = new Date(1_700_000_000_000 + n * 60_000).toISOString();
      return { key: 'a', value: JSON.stringify({ id: 'a', time, value: Math.sin(n) }) };
    });
    for (let from = 0; from < RECORDS; from += 10_000) await group.write(messages.slice(from, from + 10_000));
    const killed = group.start();
    await group.untilRead(WITHIN_MS);
    await killed.end('SIGKILL');

    const replaying = group.start();
    await until('it says that it restores', WITHIN_MS, async () => {
      const { statuses, text } = (await probe(port)) ?? { statuses: [], text: '' };
      return statuses.join() === '503,503' && text.includes(`${group.input}/0 restores its state`);
    });
    expect(await replaying.end('SIGTERM'), replaying.said().join('\n')).toBe(0);
    expect(replaying.said().filter((line) => line.includes('"state restored"'))).toEqual([]);

    const ready = group.start();
    const seen = new Set<string>();
    await until('it is ready', WITHIN_MS, async () => {
      const answer = await probe(port);
      if (answer !== undefined) seen.add(answer.statuses.join());
      return answer?.statuses.join() === '200,200';
    });
    expect([...seen][0]).toBe('503,503');
    const restored = ready.said().filter((line) => line.includes('"state restored"'));
    expect(restored.map((line) => JSON.parse(line).replayed)).toEqual([expect.any(Number)]);
    expect(JSON.parse(restored[0]).replayed).toBeGreaterThan(RECORDS / 2);
    expect(await ready.end('SIGTERM')).toBe(0);
    expect(await group.scores()).toHaveLength(RECORDS);
  });

  test('finds what `surprisal topics` has made and `surprisal produce` has written', { timeout: 90_000 }, async () => {
    const group = new Group(cluster, 'made', {
      sinks: { file: { kind: 'jsonl', path: '/dev/null' } },
      kafka: { create_topics: false },
      stream: {
        decode: { key: '/home', time: { at: '/time' } },
        channels: { inside: {} },
        network: { hidden: 4, steps: 4, engine: 'wasm' },
      },
    });
    const config = group.configure();
    const listed = await surprisal(['topics', '-c', config]);
    expect([listed.code, listed.err]).toEqual([1, '8 of the topics of group made are missing; --create makes them\n']);
    expect(listed.out).toMatch(/^made-in +missing \(4 partitions\) +input of room$/m);

    const created = await surprisal(['topics', '--create', '--partitions', '2', '-c', config]);
    expect([created.code, created.err]).toEqual([0, '']);
    expect(created.out).toMatch(/^made-room-changelog +2 partitions +state of room$/m);
    expect(await surprisal(['topics', '-c', config])).toMatchObject({ code: 0, err: '' });

    const flags = ['--world', 'thermostat', '-o', 'max_records=300', '-o', 'homes=6'];
    const produced = await surprisal(['produce', ...flags, '-c', config]);
    expect([produced.code, produced.out, produced.err]).toEqual([0, '', 'room: 300 records written to made-in\n']);
    const written = await readAll(group.kafka, group.input);
    expect(written).toHaveLength(300);
    expect(written.every(({ key, value }) => JSON.parse(value ?? '').home === key)).toBe(true);

    const member = group.start();
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    const keys = (await readAll(group.kafka, topicNames.scores(group.name))).map(({ key }) => key);
    expect(new Set(keys)).toEqual(new Set(written.map(({ key }) => key)));
    const wrong = await surprisal(['produce', 'attic', '-c', config]);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('attic')]);
  });
});
