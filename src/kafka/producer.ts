import { connectKafka } from './client.ts';
import { compressions } from './compression.ts';
import { kafkaFailure } from './failure.ts';
import type { KafkaOptions } from './options.ts';

/** A record to write. */
export interface KeyedRecord {
  readonly key: string | null;
  readonly value: Uint8Array;
}

/** Writes records of other people's topics, for trials. A try that is repeated writes nothing twice. */
export interface TrialProducer {
  /** @throws Failure kafka/* */
  write(topic: string, records: readonly KeyedRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Whether records were ever written to the topic; those that retention has deleted since count too.
 * @throws Failure kafka/*
 */
export async function hasRecords(options: KafkaOptions, topic: string): Promise<boolean> {
  const admin = connectKafka(options, () => {}).admin();
  try {
    await admin.connect();
    return (await admin.fetchTopicOffsets(topic)).some(({ high }) => high !== '0');
  } catch (error) {
    throw kafkaFailure(error, topic);
  } finally {
    await admin.disconnect();
  }
}

/** Connects. @throws Failure kafka/* */
export async function openProducer(options: KafkaOptions): Promise<TrialProducer> {
  const where = options.brokers.join(',');
  const kafka = connectKafka(options, () => {});
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
  const compression = compressions[options.compression];
  try {
    await producer.connect();
  } catch (error) {
    await producer.disconnect();
    throw kafkaFailure(error, where);
  }
  return {
    async write(topic, records) {
      const messages = records.map(({ key, value }) => ({ key, value: Buffer.from(value) }));
      try {
        await producer.send({ topic, messages, acks: -1, compression });
      } catch (error) {
        throw kafkaFailure(error, where);
      }
    },
    close: () => producer.disconnect(),
  };
}
