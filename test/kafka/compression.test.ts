import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { connectKafka } from '../../src/kafka/client.ts';
import { compressions, registerCodecs } from '../../src/kafka/compression.ts';
import { kafkaOptions } from '../../src/kafka/options.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { keptAs } from './topic.ts';

type Name = keyof typeof compressions;
const names = ['gzip', 'snappy', 'lz4', 'zstd'] as const satisfies readonly Name[];

/** More than one block of any format: 32 kB for snappy, 64 kB for lz4. */
const values = Array.from({ length: 2_000 }, (_, n) =>
  JSON.stringify({ home: `home-${n % 7}`, n, inside: Math.sin(n) }),
);

describeWith([kafkaLibraries], 'a broker, which is Kafka’s own Java,', () => {
  let cluster: SharedKafka;
  let kafka: Kafka;

  beforeAll(async () => {
    cluster = await sharedKafka();
    kafka = connectKafka(kafkaOptions.parse({ brokers: [...cluster.brokers] }), () => undefined);
  });

  /** A topic whose records the broker keeps so, however they come. */
  async function createTopic(topic: string, kept: string): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'compression.type', value: kept }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
  }

  async function write(topic: string, compression: Name): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    const messages: Message[] = values.map((value) => ({ value }));
    await producer.send({ topic, messages, compression: compressions[compression] });
    await producer.disconnect();
  }

  async function read(topic: string): Promise<readonly string[]> {
    const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
    await until(`all records of ${topic}`, 30_000, async () => seen.length >= values.length);
    await consumer.disconnect();
    return seen;
  }

  test.each(names)('writes %s, and we read it', async (name) => {
    const topic = `by-the-broker-${name}`;
    await createTopic(topic, name);
    await write(topic, 'none');
    expect(keptAs(cluster, topic)).toBe(compressions[name]);
    expect(await read(topic)).toEqual(values);
  });

  test.each(names)('reads %s that we wrote', async (name) => {
    await createTopic(`as-it-came-${name}`, 'producer');
    await write(`as-it-came-${name}`, name);
    expect(keptAs(cluster, `as-it-came-${name}`)).toBe(compressions[name]);
    expect(await read(`as-it-came-${name}`)).toEqual(values);

    await createTopic(`undone-${name}`, 'uncompressed');
    await write(`undone-${name}`, name);
    expect(keptAs(cluster, `undone-${name}`)).toBe(compressions.none);
    expect(await read(`undone-${name}`)).toEqual(values);
  });
});

test.each(names)('%s that is none is a failure, and no crash', async (name) => {
  registerCodecs();
  const codec = kafkajs.CompressionCodecs[compressions[name]]();
  const framed = Buffer.from(await codec.compress({ buffer: Buffer.from(values.join()) }));
  expect(String(await codec.decompress(framed))).toBe(values.join());
  for (const bytes of [Buffer.from('not compressed at all'), framed.subarray(0, framed.length - 9)]) {
    await expect(codec.decompress(bytes)).rejects.toThrow(Failure);
  }
});

test('snappy without a frame, as librdkafka writes it, is read', async () => {
  registerCodecs();
  const { compress } = await import('snappy');
  const codec = kafkajs.CompressionCodecs[compressions.snappy]();
  expect(String(await codec.decompress(await compress('raw')))).toBe('raw');
});
