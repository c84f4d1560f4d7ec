import { Kafka, logLevel } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { kafkaOptions } from '../../src/kafka/options.ts';
import { TopicOutbox } from '../../src/kafka/outbox.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { numbered } from '../sink/outputs.ts';
import { newTopic } from './topic.ts';

describeWith([kafkaLibraries], 'the outbox of a group', () => {
  let cluster: SharedKafka;
  beforeAll(async () => {
    cluster = await sharedKafka();
  });

  test('two sinks at different places of one partition keep what was fetched for each', {
    timeout: 120_000,
  }, async () => {
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    const alerts = topicNames.alerts('two');
    for (const topic of [alerts, topicNames.deliveries('two')]) await newTopic(kafka, topic, 1);
    const producer = kafka.producer();
    await producer.connect();
    const outputs = numbered(0, 200).map(({ output }) => output);
    await producer.send({ topic: alerts, messages: outputs.map((output) => ({ value: JSON.stringify(output) })) });
    await producer.disconnect();

    const options = { group: 'two', kafka: kafkaOptions.parse({ brokers: [...cluster.brokers] }) };
    const nobody = { failed: () => {}, answered: () => {} };
    const waiting = { membership: nobody, reading: nobody, writing: nobody };
    const outbox = await TopicOutbox.open(kafka, { ...options, topics: new Map([[alerts, 'alert']]) }, waiting);
    const read = async (sink: string, from: number) =>
      (await outbox.read(`${alerts}/0`, sink, from, 10)).map(({ sequence }) => sequence);
    const ten = (from: number) => Array.from({ length: 10 }, (_, n) => from + n);
    expect(await read('fast', 0)).toEqual(ten(0));
    expect(await read('fast', 10)).toEqual(ten(10));
    expect(await read('slow', 0)).toEqual(ten(0));

    // Nobody can fetch these again. (kafkajs deletes of topics alone that it has asked about.)
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(alerts);
    await admin.deleteTopicRecords({ topic: alerts, partitions: [{ partition: 0, offset: '50' }] });
    await admin.disconnect();
    expect(await read('fast', 20)).toEqual(ten(20));
    expect(await read('slow', 10)).toEqual(ten(10));
    expect(await read('fast', 30)).toEqual(ten(30));
    await outbox.close();
  });
});
