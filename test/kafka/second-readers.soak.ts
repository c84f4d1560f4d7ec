import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { java, kafkaLibraries } from '../servers/kafka/libraries.ts';
import { jarOf } from '../servers/maven.ts';
import { describeWith } from '../servers/program.ts';
import { python } from '../servers/python.ts';
import { Group } from './group.ts';

const tools = jarOf('org.apache.kafka:kafka-tools:4.4.0');
const ROWS = 60;
const WITHIN_MS = 200_000;

interface Score {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: {
    readonly series: string;
    readonly timeMs: number;
    readonly pValue: number;
    readonly channels: readonly { readonly channel: string; readonly value: number; readonly bits: number }[];
  };
}

/** The same readings, scored by a group whose scores leave in this format. */
async function scored(cluster: KafkaCluster, format: string): Promise<Group> {
  const group = new Group(cluster, `out-${format}`, {
    stream: {
      window: { kind: 'event' },
      decode: { key: 'id', time: { at: 'time', format: 'epoch_ms' } },
      emit: { format },
    },
  });
  await group.createInput(1);
  const readings = Array.from({ length: ROWS }, (_, n) => ({
    key: 'Zürich 1',
    value: JSON.stringify({ id: 'Zürich 1', time: 1_767_225_600_000 + n * 60_000, value: 20 + (n % 7) / 8 }),
  }));
  await group.write(readings);
  const member = group.start();
  await group.untilRead(WITHIN_MS);
  expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
  return group;
}

describeWith([kafkaLibraries, python], 'a consumer in Python, out of confluent-kafka', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => cluster?.stop());

  const read = (topic: string): readonly Score[] => {
    const args = [cluster.brokers.join(','), topic, 'schemas/score.avsc', String(ROWS)];
    const script = join(import.meta.dirname, 'scores.py');
    const said = execFileSync('python3', [script, ...args], { encoding: 'utf8', env: python.env() });
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  test('reads the same scores as JSON and, by the schema file alone, as Avro', { timeout: 2 * WITHIN_MS }, async () => {
    const [json, avro] = [await scored(cluster, 'json'), await scored(cluster, 'avro')];
    const asJson = read(topicNames.scores(json.name));
    const asAvro = read(topicNames.scores(avro.name));
    expect(asJson).toHaveLength(ROWS);
    expect(asJson[0].headers).toEqual({ type: 'surprisal.score.v2', 'content-type': 'application/json' });
    expect(asAvro[0].headers).toEqual({ type: 'surprisal.score.v2', 'content-type': 'application/avro' });
    for (const [n, { key, value }] of asAvro.entries()) {
      const { channels, pValue, ...rest } = asJson[n].value;
      expect([key, value.series, value.timeMs]).toEqual(['Zürich 1', 'Zürich 1', rest.timeMs]);
      expect(value.pValue).toBeCloseTo(pValue, 8);
      expect(value.channels.map((one) => [one.channel, one.value])).toEqual(
        channels.map((one) => [one.channel, one.value]),
      );
      expect(value.channels[0].bits).toBeCloseTo(channels[0].bits, 4);
    }
  });
});

describeWith([kafkaLibraries, tools], 'Kafka’s own tools', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => cluster?.stop());

  const tool = (name: string, ...args: readonly string[]) => {
    const path = `${tools.path()}:${join(kafkaLibraries.folder(), '*')}`;
    const memory = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
    const main = [
      ...memory,
      '-cp',
      path,
      `org.apache.kafka.tools.${name}`,
      '--bootstrap-server',
      cluster.brokers.join(),
    ];
    return execFileSync(java.path(), [...main, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  };

  test('read the committed scores whole, and find no transaction that hangs', { timeout: 2 * WITHIN_MS }, async () => {
    const group = await scored(cluster, 'json');
    const topic = topicNames.scores(group.name);
    const committed = ['--from-beginning', '--timeout-ms', '60000', '--max-messages', String(ROWS)];
    const isolation = ['--isolation-level', 'read_committed'];
    const said = tool('consumer.ConsoleConsumer', '--topic', topic, ...committed, ...isolation);
    const rows = said
      .trim()
      .split('\n')
      .map((line): { readonly kind: string } => JSON.parse(line));
    expect(rows.map(({ kind }) => kind)).toEqual(Array(ROWS).fill('score'));
    const states = tool('TransactionsCommand', 'list').trim().split('\n').slice(1);
    const stateOf = Object.fromEntries(states.map((line) => [line.split(/\s/)[0], line.trim().split(/\s+/).at(-1)]));
    // The second is the id that earlier versions had for this task: at its first start their members are fenced.
    const [id, earlier] = [`${group.name}/${group.name}-in/0`, `${group.name}-${group.name}-in-0`];
    expect(stateOf).toEqual({ [id]: 'CompleteCommit', [earlier]: 'CompleteCommit' });
    expect(tool('TransactionsCommand', 'find-hanging', '--broker-id', '1').trim().split('\n').slice(1)).toEqual([]);
  });
});
