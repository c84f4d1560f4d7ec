import type { Message, Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import { endsOf } from './topic.ts';

const WITHIN_MS = 90_000;

const records = (from: number, count: number): Message[] =>
  Array.from({ length: count }, (_, i) => {
    const time = new Date(1_700_000_000_000 + (from + i) * 60_000).toISOString();
    return { key: 'a', value: JSON.stringify({ id: 'a', time, value: (from + i) % 7 }) };
  });

describeWith([kafkaLibraries], 'lag on a topic that is written to in transactions', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  async function transactional(group: Group): Promise<Producer> {
    const id = `${group.name}-writer`;
    const producer = group.kafka.producer({ transactionalId: id, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    return producer;
  }

  const opened = async (producer: Producer, topic: string, messages: Message[]) => {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages });
    return transaction;
  };

  test('is nothing at the end, markers included; and a restart after all was deleted continues', {
    timeout: 300_000,
  }, async () => {
    const group = new Group(cluster, 'markers');
    await group.createInput(1);
    const producer = await transactional(group);
    await (await opened(producer, group.input, records(0, 20))).commit();
    await (await opened(producer, group.input, records(20, 3))).abort();
    let member = group.start();
    // 23 records and two markers.
    await group.untilRead(WITHIN_MS);
    expect((await endsOf(group.kafka, group.input)).get(0)).toBe(25);
    // While it runs: a marker alone moves the offset.
    await (await opened(producer, group.input, records(20, 2))).abort();
    await group.untilRead(WITHIN_MS);
    await member.end('SIGKILL');

    const admin = group.kafka.admin();
    await admin.connect();
    // kafkajs deletes of topics alone that it has asked about.
    await admin.fetchTopicOffsets(group.input);
    await admin.deleteTopicRecords({ topic: group.input, partitions: [{ partition: 0, offset: '-1' }] });
    await admin.disconnect();
    member = group.start();
    await (await opened(producer, group.input, records(20, 5))).commit();
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    expect(await group.scores()).toHaveLength(25);
    await producer.disconnect();
  });

  test('counts what an open transaction holds up, and says how old it is', { timeout: 300_000 }, async () => {
    const port = await freePort();
    const group = new Group(cluster, 'held-up', { server: { port } });
    await group.createInput(1);
    const producer = await transactional(group);
    await (await opened(producer, group.input, records(0, 20))).commit();
    const member = group.start();
    await group.untilRead(WITHIN_MS);
    const metric = async (name: string) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^surprisal_${name}{[^}]*} (\\S+)$`, 'm').exec(text)?.[1]);
    };
    await until('nothing waits', WITHIN_MS, async () => (await metric('consumer_lag_records')) === 0);
    expect(await metric('open_transaction_age_seconds')).toBe(0);
    const transaction = await opened(producer, group.input, records(20, 5));
    const sent = Date.now();
    await until('five wait', WITHIN_MS, async () => (await metric('consumer_lag_records')) === 5);
    await until('they grow old', WITHIN_MS, async () => (await metric('open_transaction_age_seconds')) > 2);
    expect(await metric('open_transaction_age_seconds')).toBeLessThan((Date.now() - sent) / 1000 + 5);
    await transaction.commit();
    await until('nothing waits', WITHIN_MS, async () => (await metric('consumer_lag_records')) === 0);
    expect(await metric('open_transaction_age_seconds')).toBe(0);
    await group.untilRead(WITHIN_MS);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    expect(await group.scores()).toHaveLength(25);
    await producer.disconnect();
  });
});
