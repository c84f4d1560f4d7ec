import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { PartitionReader } from '../../src/kafka/reader.ts';
import { type KafkaSourceOptions, kafkaSource } from '../../src/kafka/source.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { COUNT, sourceContract } from '../source/source-contract.ts';
import { newTopic } from './topic.ts';

const FULL = 'contract-full';
const EMPTY = 'contract-empty';
const WHOLE = { from: 0, until: 0, records: 0, skipped: [] };

describeWith([kafkaLibraries], 'a topic', () => {
  let kafka: Kafka;
  const wires: Wire[] = [];

  beforeAll(async () => {
    const { brokers } = await sharedKafka();
    kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
    for (const topic of [FULL, EMPTY]) await newTopic(kafka, topic, 1);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: FULL, messages: Array.from({ length: COUNT }, (_, n) => ({ value: `{"n":${n}}` })) });
    await producer.disconnect();
  });
  afterAll(async () => {
    for (const wire of wires) await wire.close();
  });

  // A run opens its partitions for itself: what it reads them by is the source.
  const open = async ({ topic }: KafkaSourceOptions) => {
    const wire = new Wire(kafka);
    wires.push(wire);
    await wire.connect([topic]);
    const options = { topic, partition: 0, onLost: 'stop', replay: WHOLE } as const;
    return new PartitionReader(wire, options, { lag: () => {}, interrupted: () => {}, answered: () => {} });
  };
  sourceContract<KafkaSourceOptions>(
    { ...kafkaSource, open },
    { full: () => ({ kind: 'kafka', topic: FULL }), waiting: () => ({ kind: 'kafka', topic: EMPTY }) },
  );
});
