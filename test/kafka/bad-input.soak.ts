import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bad, goods, ROWS } from '../cli/bad-records.ts';
import { type Front, startFront } from '../registry/front.ts';
import { numbered } from '../registry/wire-format.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { apicurio, type SchemaRegistryServer, startSchemaRegistry } from '../servers/schema-registry.ts';
import { until } from '../servers/until.ts';
import { Member } from './member.ts';
import { newTopic, offsetsOf, type Read, readAll, untilRead } from './topic.ts';

const READING = {
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'value', type: ['null', 'double'], default: null },
  ],
} as const satisfies avsc.Schema;

/** The good records as Avro. */
const asAvro = (schema: number) => (json: Buffer) => {
  const { id, time, value } = JSON.parse(String(json));
  return numbered(schema, avsc.Type.forSchema(READING).toBuffer({ id, time: Date.parse(time), value }));
};

describeWith([kafkaLibraries, apicurio], 'bad records of a topic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-bad-input-'));
  let cluster: KafkaCluster;
  let registry: SchemaRegistryServer;
  let front: Front;
  let kafka: Kafka;

  beforeAll(async () => {
    [cluster, registry] = await Promise.all([startKafka({}), startSchemaRegistry()]);
    front = await startFront(registry.url);
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
  }, 180_000);
  afterAll(async () => {
    await Promise.all([cluster?.stop(), front?.close(), registry?.stop()]);
  });

  /** Writes the records to a topic, and makes the program a member of a group of that name. */
  async function memberFor(group: string, values: readonly Buffer[], format: string): Promise<Member> {
    await newTopic(kafka, group, 1);
    const producer = kafka.producer();
    await producer.connect();
    const headers = { trace: 'of-the-writer' };
    await producer.send({ topic: group, messages: values.map((value) => ({ key: 'a', value, headers })) });
    await producer.disconnect();
    const config = join(folder, `${group}.yaml`);
    writeFileSync(
      config,
      `group: ${group}
kafka: { brokers: '${cluster.brokers.join(',')}' }
schema_registry: { url: '${front.url}' }
server: { enabled: false }
streams:
  room:
    source: { kind: kafka, topic: ${group} }
    decode: { format: ${format}, key: id }
    channels: { value: {} }
    network: { hidden: 4, steps: 4, engine: wasm }
sinks: {}
`,
    );
    return new Member(['run', '-c', config], join(folder, `${group}.log`));
  }

  /** Runs it until all of the topic is read. */
  async function run(group: string, values: readonly Buffer[], format = 'json') {
    const member = await memberFor(group, values, format);
    member.start();
    return await finished(group, member);
  }

  async function finished(group: string, member: Member) {
    await untilRead(kafka, group, group, 60_000);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    return { scores: await readAll(kafka, `${group}-scores`), letters: await readAll(kafka, `${group}.dlq`) };
  }

  /** What a score says, without its place in the run, in which rejects take part. */
  const said = (scores: readonly Read[]) =>
    scores.map(({ key, value }) => {
      const { sequence, ...score } = JSON.parse(value ?? '');
      return { key, score };
    });
  const reasons = (letters: readonly Read[]) => letters.map(({ headers }) => headers.dlq_reason);

  test('land in its dead letters as they came, with their reason, and the scores are those it has without them', {
    timeout: 120_000,
  }, async () => {
    const mixed = [...goods.slice(0, 30), ...bad.map(([, bytes]) => bytes), ...goods.slice(30)];
    const [clean, dirty] = [await run('clean', goods), await run('mixed', mixed)];
    expect(clean.letters).toEqual([]);
    expect(clean.scores).toHaveLength(ROWS);
    expect(said(dirty.scores)).toEqual(said(clean.scores));
    expect(reasons(dirty.letters)).toEqual(bad.map(([reason]) => reason));
    dirty.letters.forEach(({ key, bytes: kept, headers }, n) => {
      const [reason, bytes] = bad[n];
      expect([key, kept]).toEqual(['a', bytes]);
      expect(headers).toMatchObject({
        trace: 'of-the-writer',
        dlq_reason: reason,
        dlq_message: expect.stringContaining(`mixed/0@${30 + n}: `),
        dlq_stage: reason.startsWith('decode/') ? 'decode' : 'window',
        dlq_topic: 'mixed',
        dlq_partition: '0',
        dlq_offset: String(30 + n),
        dlq_timestamp: expect.stringMatching(/^\d{13}$/),
      });
    });
  });

  test('are distinguished in Avro too, whose good records have the scores of the same in JSON', {
    timeout: 120_000,
  }, async () => {
    const schema = await registry.register('sensed-value', { schema: READING });
    const avro = goods.map(asAvro(schema));
    const broken = [goods[0], avro[0].subarray(0, 12), numbered(schema + 1_000, avro[0]), Buffer.alloc(0), avro[29]];
    const sensed = await run('sensed', [...avro.slice(0, 30), ...broken, ...avro.slice(30)], 'avro');
    expect(said(sensed.scores)).toEqual(said(await readAll(kafka, 'clean-scores')));
    expect(reasons(sensed.letters)).toEqual([...Array(4).fill('decode/schema'), 'duplicate']);
  });

  test('are not what good ones become while the schema registry is away: the program waits, and may be ended', {
    timeout: 180_000,
  }, async () => {
    const schema = await registry.register('waiting-value', { schema: READING });
    const member = await memberFor('waiting', goods.map(asAvro(schema)), 'avro');
    front.answerWith({ status: 503, body: '' });
    const waits = async () => member.said().filter((line) => line.includes('registry/unreachable')).length > 1;
    member.start();
    await until('the program waits for the registry', 60_000, waits);
    expect(await member.end('SIGTERM')).toBe(0);
    expect((await offsetsOf(kafka, 'waiting', 'waiting')).get(0) ?? 0).toBeLessThanOrEqual(0);
    member.start();
    await until('it waits again', 60_000, async () => member.said().filter((line) => line.includes('503')).length > 3);
    front.answerWith(undefined);
    const { scores, letters } = await finished('waiting', member);
    expect([scores.length, letters]).toEqual([ROWS, []]);
  });
});
