import type { Broker } from './broker.ts';
import { ByteReader } from './byte-reader.ts';
import { send } from './request.ts';

const METADATA = { apiKey: 3, apiVersion: 10, apiName: 'Metadata' };
const NO_ID = Buffer.alloc(16);

/** Who leads a partition, as one broker knows it; the epoch counts the leaders that it has had (KIP-320). */
export interface PartitionLeader {
  readonly partition: number;
  readonly leader: number;
  readonly epoch: number;
}

/** What one broker knows of a topic. */
export interface KnownTopic {
  readonly topic: string;
  /** Of this topic alone: one that is created anew under the same name has another (KIP-516). */
  readonly id: string;
  readonly partitions: readonly PartitionLeader[];
}

/** Whether the broker speaks of epochs and ids: Kafka 2.8 and later. */
export function knowsEpochs({ versions }: Broker): boolean {
  return (versions?.[METADATA.apiKey]?.maxVersion ?? 0) >= METADATA.apiVersion;
}

/**
 * One request, version 10; topics that the broker does not know, or that we may not see, are left out. @throws what
 * kafkajs throws
 */
export async function metadataOf(broker: Broker, topics: readonly string[]): Promise<readonly KnownTopic[]> {
  return await send(broker, METADATA, { body: requestBody(topics), parse: answerOf });
}

function requestBody(topics: readonly string[]): Buffer {
  // Tagged fields, of which there are none, end the header and every structure.
  const none = Buffer.from([0]);
  const pieces = [none, unsignedVarint(topics.length + 1)];
  for (const topic of topics)
    pieces.push(NO_ID, unsignedVarint(Buffer.byteLength(topic) + 1), Buffer.from(topic), none);
  // Create nothing, and do not say what we may do.
  return Buffer.concat([...pieces, Buffer.from([0, 0, 0]), none]);
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function answerOf(bytes: Buffer): readonly KnownTopic[] {
  const reader = new ByteReader(bytes);
  reader.skipTaggedFields();
  // How long a quota made it wait.
  reader.int32();
  reader.compactArray(() => broker(reader));
  // Cluster and controller.
  reader.compactString();
  reader.int32();
  const topics = reader.compactArray(() => topicOf(reader));
  return topics.filter(({ error }) => error === 0);
}

function broker(reader: ByteReader): void {
  reader.int32();
  reader.compactString();
  reader.int32();
  reader.compactString();
  reader.skipTaggedFields();
}

function topicOf(reader: ByteReader): KnownTopic & { readonly error: number } {
  const error = reader.int16();
  const topic = reader.compactString() ?? '';
  const id = reader.take(NO_ID.length).toString('hex');
  reader.int8();
  const partitions = reader.compactArray(() => partitionOf(reader));
  // What we may do.
  reader.int32();
  reader.skipTaggedFields();
  return { error, topic, id, partitions };
}

function partitionOf(reader: ByteReader): PartitionLeader {
  reader.int16();
  const found = { partition: reader.int32(), leader: reader.int32(), epoch: reader.int32() };
  // Replicas, those in sync, and those that are offline.
  for (let lists = 0; lists < 3; lists++) reader.compactArray(() => reader.int32());
  reader.skipTaggedFields();
  return found;
}
