import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { SharedKafka } from '../servers/kafka/shared-broker.ts';
import { until } from '../servers/until.ts';

/** A record as a consumer of its own reads it, committed ones alone. */
export interface Read {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  /** The value as it is, which need be no text. */
  readonly bytes: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Creates a topic and waits for its leaders. */
export async function newTopic(
  kafka: Kafka,
  topic: string,
  numPartitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false });
  await until(`${topic} has leaders`, 30_000, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
    return topics.some(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  });
  await admin.disconnect();
}

/** Every committed record of a topic, as text. */
export async function readAll(kafka: Kafka, topic: string): Promise<readonly Read[]> {
  return (await readMessages(kafka, topic)).map(({ partition, message: { offset, key, value, headers } }) => {
    const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]);
    return {
      partition,
      offset: Number(offset),
      key: key === null ? null : String(key),
      value: value === null ? null : String(value),
      bytes: value,
      headers: Object.fromEntries(texts),
    };
  });
}

/** A record as it came, and where. */
export interface Placed {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** Every committed record of a topic, by an ordinary consumer under a group of its own: partition by partition, in order. */
export async function readMessages(kafka: Kafka, topic: string): Promise<readonly Placed[]> {
  const ends = await endsOf(kafka, topic);
  const consumer = kafka.consumer({ groupId: `reader-${topic}-${Math.random()}`, maxWaitTimeInMs: 200 });
  const found: Placed[] = [];
  const at = new Map<number, number>();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, resolveOffset }) => {
      for (const message of batch.messages) found.push({ partition: batch.partition, message });
      resolveOffset(batch.lastOffset());
      at.set(batch.partition, Number(batch.lastOffset()) + 1);
    },
  });
  // A log ends in control records, which no batch brings: what lies before them is what counts.
  const reached = async () => [...ends].every(([partition, end]) => end === 0 || (at.get(partition) ?? 0) >= end - 1);
  await until(`${topic} is read`, 120_000, reached);
  await consumer.disconnect();
  return found.sort((a, b) => a.partition - b.partition || Number(a.message.offset) - Number(b.message.offset));
}

/** Partition → the offset after its last record, markers included. */
export async function endsOf(kafka: Kafka, topic: string): Promise<ReadonlyMap<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return new Map(ends.map(({ partition, high }) => [partition, Number(high)]));
}

/** Partition → the offset that the group has committed. */
export async function offsetsOf(kafka: Kafka, group: string, topic: string): Promise<ReadonlyMap<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  const [{ partitions }] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  await admin.disconnect();
  return new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** Waits until the group has read all of a topic that was written to without transactions. */
export async function untilRead(kafka: Kafka, group: string, topic: string, withinMs: number): Promise<void> {
  const ends = await endsOf(kafka, topic);
  await until(`${group} has read ${topic}`, withinMs, async () => {
    const offsets = await offsetsOf(kafka, group, topic).catch(() => new Map<number, number>());
    return [...ends].every(([partition, end]) => end === 0 || (offsets.get(partition) ?? 0) >= end);
  });
}

/** By the number of its codec, how the first batch of a topic lies on the broker's disk. */
export function keptAs(cluster: SharedKafka, topic: string): number {
  const log = readFileSync(join(cluster.data(0), `${topic}-0`, '00000000000000000000.log'));
  return log.readInt16BE(21) & 7;
}
