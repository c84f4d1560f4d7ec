import { Failure } from '../errors/failure.ts';
import type { Broker, Produced, ProducerIdentity } from './broker.ts';
import type { Compression } from './compression.ts';
import { compressBatch, type Outgoing, recordBatch, sizeOf } from './record-batch.ts';
import { brokerError, sendProduce } from './request.ts';

const ALL_REPLICAS = -1;
/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE */
const TOO_LARGE: ReadonlySet<number> = new Set([10, 18]);
const TIMEOUT_MS = 30_000;
/**
 * A request has at most about so many bytes, unless one record alone has more: brokers accept a batch of a megabyte
 * unless configured otherwise.
 */
const BATCH_BYTES = 900_000;

/** What goes to one partition in one request. */
export interface BatchPart {
  readonly topic: string;
  readonly partition: number;
  /** `topic/partition` */
  readonly place: string;
  readonly records: Outgoing[];
}

/** In order, cut so that a batch fits into a request. */
export function* batches(records: Iterable<Outgoing>): Generator<readonly BatchPart[]> {
  let parts = new Map<string, BatchPart>();
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (parts.size > 0 && bytes + size > BATCH_BYTES) {
      yield [...parts.values()];
      parts = new Map();
      bytes = 0;
    }
    const { topic, partition } = record;
    const place = `${topic}/${partition}`;
    const part = parts.get(place);
    if (part === undefined) parts.set(place, { topic, partition, place, records: [record] });
    else part.records.push(record);
    bytes += size;
  }
  if (parts.size > 0) yield [...parts.values()];
}

/** Who writes. */
export interface Author {
  readonly identity: ProducerIdentity;
  readonly sequenceOf: (place: string) => number;
  readonly compression: Compression;
}

/**
 * One produce request to one broker, acknowledged by all replicas in sync, for every one of the parts. The offset of
 * the first record of each, by place; without those that were refused because their topic takes no batch of that size,
 * and which may be written in smaller ones.
 * @throws Failure kafka/unavailable where one is missing from the answer; what kafkajs throws of another refusal
 */
export async function producePart(
  broker: Broker,
  parts: readonly BatchPart[],
  author: Author,
): Promise<ReadonlyMap<string, number>> {
  const { topics } = await sendProduce(broker, await requestBody(parts, author));
  type Answered = Produced['topics'][number]['partitions'][number];
  const answers = new Map<string, Answered>(
    topics.flatMap(({ topicName, partitions }) =>
      partitions.map((answer) => [`${topicName}/${answer.partition}`, answer] as const),
    ),
  );
  const written = new Map<string, number>();
  for (const { place } of parts) {
    const answer = answers.get(place);
    if (answer === undefined) throw new Failure('kafka/unavailable', 'a write was not acknowledged', { where: place });
    if (answer.errorCode === 0) written.set(place, Number(answer.baseOffset));
    else if (!TOO_LARGE.has(answer.errorCode)) throw brokerError(answer.errorCode);
  }
  return written;
}

/** Two parts with half of the records each. @throws Failure kafka/too-large where there is only one record */
export function halves(part: BatchPart): readonly BatchPart[] {
  const { records, place: where } = part;
  if (records.length > 1) {
    const middle = records.length >> 1;
    return [records.slice(0, middle), records.slice(middle)].map((half) => ({ ...part, records: half }));
  }
  const [record] = records;
  const key = record.key === null ? 'without a key' : `with the key ${JSON.stringify(String(record.key))}`;
  const message = `the record ${key} has ${sizeOf(record)} bytes, more than \`max.message.bytes\` of its topic`;
  throw new Failure('kafka/too-large', message, { where });
}

/** Produce request, version 7: transactional id, acks, timeout, and for each topic and partition the record set. */
async function requestBody(parts: readonly BatchPart[], author: Author): Promise<Buffer> {
  const { identity, sequenceOf, compression } = author;
  const { transactionalId, producerId, producerEpoch } = identity;
  const writer = { producerId: BigInt(producerId), producerEpoch, timestampMs: Date.now() };
  const head = Buffer.alloc(6);
  head.writeInt16BE(ALL_REPLICAS, 0);
  head.writeInt32BE(TIMEOUT_MS, 2);
  const pieces = [string(transactionalId), head, int32(parts.length)];
  for (const { topic, partition, place, records } of parts) {
    const plain = recordBatch(records, { ...writer, sequence: sequenceOf(place) });
    const batch = compression === 'none' ? plain : await compressBatch(plain, compression);
    pieces.push(string(topic), int32(1), int32(partition), int32(batch.length), batch);
  }
  return Buffer.concat(pieces);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(text));
  bytes.writeInt16BE(bytes.length - 2);
  bytes.write(text, 2);
  return bytes;
}
