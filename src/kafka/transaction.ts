import { setTimeout } from 'node:timers/promises';
import { CompressionTypes, type Message, type Producer, type Transaction } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { kafkaFailure } from './failure.ts';
import { isConcurrent } from './fence.ts';

const RETRIES = 40;
const RETRY_MS = 10;
/** A batch of one partition, and so a request, has at most about so many bytes, unless one record alone has more. */
const BATCH_BYTES = 800_000;
/** kafkajs sorts a batch in quadratic time. */
const BATCH_RECORDS = 1_000;
/** What a record takes besides its key, value and headers, at most. */
const OVERHEAD_BYTES = 32;

/** A record, and where it goes. */
export interface Outgoing extends Message {
  readonly topic: string;
  readonly partition: number;
}

/** One transaction: where the group stands in its input, and everything that is written. */
export interface Writing {
  readonly group: string;
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly records: Iterable<Outgoing>;
}

/**
 * Commits all of it, or nothing. Offsets go first, and only they may be tried again; each batch is acknowledged for each of its partitions;
 * then the commit. After a failure the outcome is unknown, and the producer must be thrown away.
 * @throws Failure kafka/*
 */
export async function commitTransaction(producer: Producer, { group, input, records }: Writing): Promise<void> {
  const where = `${input.topic}/${input.partition}`;
  try {
    const transaction = await producer.transaction();
    await sendOffsets(transaction, group, input);
    for (const batch of batches(records)) await send(transaction, batch);
    await transaction.commit();
  } catch (error) {
    throw error instanceof Failure ? error : kafkaFailure(error, where);
  }
}

async function sendOffsets(transaction: Transaction, consumerGroupId: string, input: Writing['input']): Promise<void> {
  const { topic, partition, offset } = input;
  const topics = [{ topic, partitions: [{ partition, offset: String(offset) }] }];
  for (let tries = 0; ; tries++) {
    try {
      return await transaction.sendOffsets({ consumerGroupId, topics });
    } catch (error) {
      const failure = kafkaFailure(error, `${topic}/${partition}`);
      if (tries === RETRIES || !isConcurrent(failure)) throw failure;
      await setTimeout(RETRY_MS);
    }
  }
}

async function send(transaction: Transaction, batch: ReadonlyMap<string, Outgoing[]>): Promise<void> {
  const topicMessages = [...batch.values()].map((messages) => ({ topic: messages[0].topic, messages }));
  const acknowledged = await transaction.sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages });
  // kafkajs retries by broker, and may come back with the answer of one of two.
  const written = new Set(
    acknowledged
      .filter(({ errorCode }) => errorCode === 0)
      .map(({ topicName, partition }) => `${topicName}/${partition}`),
  );
  for (const place of batch.keys()) {
    if (!written.has(place)) throw new Failure('kafka/unavailable', 'a write was not acknowledged', { where: place });
  }
}

/** In order, cut so that each partition's part of a batch fits into a request. */
function* batches(records: Iterable<Outgoing>): Generator<ReadonlyMap<string, Outgoing[]>> {
  let batch = new Map<string, Outgoing[]>();
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (count > 0 && (bytes + size > BATCH_BYTES || count === BATCH_RECORDS)) {
      yield batch;
      batch = new Map();
      bytes = 0;
      count = 0;
    }
    const place = `${record.topic}/${record.partition}`;
    const there = batch.get(place);
    if (there === undefined) batch.set(place, [record]);
    else there.push(record);
    bytes += size;
    count++;
  }
  if (count > 0) yield batch;
}

function sizeOf({ key, value, headers }: Outgoing): number {
  let bytes = OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of Object.entries(headers ?? {})) bytes += name.length + 4 + (header?.length ?? 0);
  return bytes;
}
