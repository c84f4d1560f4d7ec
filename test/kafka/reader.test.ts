import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { PartitionReader } from '../../src/kafka/reader.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { newTopic } from './topic.ts';

const topic = 'read';

describeWith([kafkaLibraries], 'a partition’s reader', () => {
  let cluster: SharedKafka;
  beforeAll(async () => {
    cluster = await sharedKafka();
  }, 120_000);

  test('says that nothing came when it was asked, and not while something lies there that may be committed yet', {
    timeout: 60_000,
  }, async () => {
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await newTopic(kafka, topic, 1);
    const producer = kafka.producer({ transactionalId: 'reader-test', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const send = async (value: string) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      return transaction;
    };
    await (await send('one')).commit();
    const wire = new Wire(kafka);
    await wire.connect([topic]);
    const replay = { from: 0, until: 0, records: 0, skipped: [] };
    const options = { topic, partition: 0, onLost: 'stop', replay } as const;
    const reader = new PartitionReader(wire, options, { lag: () => {}, interrupted: () => {}, answered: () => {} });
    const stop = new AbortController();
    const batches = reader.read(0, stop.signal)[Symbol.asyncIterator]();
    const next = async () => {
      const { done, value } = await batches.next();
      return done ? ['the end'] : value.map((record) => String(record.value));
    };

    expect(await next()).toEqual(['one']);
    expect(await next()).toEqual([]);
    // Meanwhile it has fetched ahead, and had an answer: from before there was anything.
    await pause(600);
    const open = await send('two');
    const waited = next();
    expect(await Promise.race([waited, pause(1_500, 'nothing is said')])).toBe('nothing is said');
    await open.commit();
    expect(await waited).toEqual(['two']);
    expect(await next()).toEqual([]);
    const undone = await send('three');
    await undone.abort();
    expect(await next()).toEqual([]);

    stop.abort();
    await batches.next();
    await wire.close();
    await producer.disconnect();
  });
});
