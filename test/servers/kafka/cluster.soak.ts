import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTopic } from '../../kafka/topic.ts';
import { openssl } from '../certificates.ts';
import { describeWith } from '../program.ts';
import { until } from '../until.ts';
import { type KafkaCluster, type KafkaOptions, startKafka } from './cluster.ts';
import { kafkaLibraries } from './libraries.ts';

let cluster: KafkaCluster;
const started = (options: KafkaOptions) => {
  beforeAll(async () => {
    cluster = await startKafka(options);
  });
  afterAll(async () => cluster?.stop());
};
const client = (more: { ca?: string; sasl?: SASLOptions } = {}) =>
  new Kafka({
    brokers: [...cluster.brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 5 },
    ...(more.ca === undefined ? {} : { ssl: { ca: more.ca } }),
    ...(more.sasl === undefined ? {} : { sasl: more.sasl }),
  });

/** Waits until the cluster, asked through one of its nodes, counts so many. */
async function nodesSeenFrom(node: number, count: number): Promise<void> {
  const kafka = new Kafka({ brokers: [cluster.brokers[node] ?? ''], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await until(`${count} nodes`, 60_000, async () => (await admin.describeCluster()).brokers.length === count);
  await admin.disconnect();
}

/** Sends 'lost' in a transaction that is aborted, then the values in one that is committed. */
async function produce(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer({ transactionalId: `${topic}-0`, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages: [{ value: 'lost' }] });
  await aborted.abort();
  const committed = await producer.transaction();
  await committed.send({ topic, messages: values.map((value) => ({ value })) });
  await committed.commit();
  await producer.disconnect();
}

async function consume(kafka: Kafka, topic: string, count: number): Promise<readonly string[]> {
  const consumer = kafka.consumer({ groupId: `${topic}-readers`, readUncommitted: false });
  const seen: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
  await until(`${count} messages of ${topic}`, 30_000, async () => seen.length >= count);
  await consumer.disconnect();
  return seen;
}

describeWith([kafkaLibraries], 'one node of Kafka', () => {
  started({ nodes: 1 });

  test('what a transaction commits is read, and what it aborts is not', async () => {
    await newTopic(client(), 'numbers', 1);
    await produce(client(), 'numbers', ['1', '2', '3']);
    expect(await consume(client(), 'numbers', 3)).toEqual(['1', '2', '3']);
  });
});

describeWith([kafkaLibraries], 'three nodes of Kafka', () => {
  started({ nodes: 3 });

  test('a killed node is not missed, and comes back', async () => {
    await newTopic(client(), 'numbers', 1);
    await cluster.kill(0);
    await nodesSeenFrom(1, 2);
    await produce(client(), 'numbers', ['1', '2']);
    expect(await consume(client(), 'numbers', 2)).toEqual(['1', '2']);
    await cluster.restart(0);
    await nodesSeenFrom(0, 3);
  }, 120_000);

  test('a paused node drops out, and is back when it continues', async () => {
    cluster.pause(1);
    await nodesSeenFrom(2, 2);
    cluster.resume(1);
    await nodesSeenFrom(2, 3);
  }, 120_000);
});

const connect = async (kafka: Kafka): Promise<void> => {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
  } finally {
    await admin.disconnect();
  }
};

describeWith([kafkaLibraries, openssl], 'Kafka behind TLS and a login', () => {
  started({ security: 'sasl_ssl' });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    '%s lets the right password in, and no other',
    async (mechanism) => {
      const { login, tls } = cluster;
      const ca = tls?.ca ?? '';
      await expect(connect(client({ ca, sasl: { mechanism, ...login } }))).resolves.toBeUndefined();
      await expect(connect(client({ ca, sasl: { mechanism, ...login, password: 'wrong' } }))).rejects.toThrow(
        /[Aa]uthentication/,
      );
    },
  );

  test('a client that trusts another authority refuses to talk', async () => {
    const sasl: SASLOptions = { mechanism: 'plain', ...cluster.login };
    await expect(connect(client({ ca: cluster.tls?.otherCa ?? '', sasl }))).rejects.toThrow(/certificate/);
  });
});

describeWith([kafkaLibraries, openssl], 'Kafka with an expired certificate', () => {
  started({ security: 'sasl_ssl', certificate: 'expired' });

  test('is recognised by the client', async () => {
    const sasl: SASLOptions = { mechanism: 'plain', ...cluster.login };
    await expect(connect(client({ ca: cluster.tls?.ca ?? '', sasl }))).rejects.toThrow(/expired/);
  });
});
