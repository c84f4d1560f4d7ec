import type { Kafka } from 'kafkajs';
import { retry } from '../async/retry.ts';
import { Failure } from '../errors/failure.ts';
import type { Broker, ProducerIdentity } from './broker.ts';
import { Connection } from './cluster.ts';
import type { Compression } from './compression.ts';
import { kafkaFailure } from './failure.ts';
import { type BatchPart, batches, halves, producePart } from './produce.ts';
import type { Outgoing } from './record-batch.ts';

const BACKOFF = { firstMs: 5, longestMs: 50, jitter: () => 0 };
/** A coordinator that moves, or is only being made, is waited for; then it is the caller's to try again. */
const MOVES_WITHIN_MS = 10_000;
const CONCURRENT = /^CONCURRENT_TRANSACTIONS$/;
const MOVING = /^(NOT_COORDINATOR_FOR_GROUP|GROUP_COORDINATOR_NOT_AVAILABLE|GROUP_LOAD_IN_PROGRESS)$/;
const NEVER = new AbortController().signal;
/** Written beside the offset of the group: an offset without it is somebody else's decision. */
export const OURS = 'surprisal';

/** Whose transactions these are, and how long one may take, ms. */
export interface TransactionOptions {
  readonly id: string;
  readonly timeoutMs: number;
  readonly compression: Compression;
  /** All that will be written to. */
  readonly topics: readonly string[];
}

/** One transaction: everything that is written, and the offset of the group in its input after it. */
export interface Writing {
  readonly group: string;
  readonly input: { readonly topic: string; readonly partition: number };
  /** Asked for as there is room for them: what one request takes is all that is in memory. */
  readonly records: Iterable<Outgoing>;
  /** Asked for once all are written. */
  readonly offset: () => number;
}

/**
 * A producer that alone may write under its transactional id, one transaction after the other. Nothing is tried again
 * but what the coordinator asks to wait for: after a failure the outcome of a commit is unknown, and the producer is
 * good for nothing more. Source: KIP-98; the order of requests is that of docs/exactly-once.md#the-protocol, steps 2
 * and 7.
 */
export class Transactions {
  readonly #connection: Connection;
  readonly #identity: ProducerIdentity;
  readonly #compression: Compression;
  readonly #timeoutMs: number;
  /** `topic/partition` → the sequence of its next record. */
  readonly #sequences = new Map<string, number>();

  private constructor(connection: Connection, identity: ProducerIdentity, options: TransactionOptions) {
    this.#connection = connection;
    this.#identity = identity;
    this.#compression = options.compression;
    this.#timeoutMs = options.timeoutMs;
  }

  /**
   * Fences whoever had this id before: what that one left pending has ended when this resolves. Only then do offsets
   * that are read say where to continue.
   * @throws Failure kafka/*, or the signal's reason
   */
  static async fence(kafka: Kafka, options: TransactionOptions, signal: AbortSignal): Promise<Transactions> {
    const { id, timeoutMs, topics } = options;
    const connection = new Connection(kafka);
    try {
      await connection.connect(topics);
      const request = { transactionalId: id, transactionTimeout: timeoutMs };
      const { producerId, producerEpoch } = await patiently(signal, () =>
        connection.ask(id, async () => (await connection.transactionCoordinator(id)).initProducerId(request)),
      );
      return new Transactions(connection, { transactionalId: id, producerId, producerEpoch }, options);
    } catch (error) {
      await connection.close().catch(() => {});
      throw error;
    }
  }

  /** Commits all of it, or nothing. @throws Failure kafka/* */
  async commit(writing: Writing): Promise<void> {
    const { topic, partition } = writing.input;
    const where = `${topic}/${partition}`;
    const began = performance.now();
    try {
      await this.#write(writing, where);
    } catch (error) {
      const tookMs = performance.now() - began;
      if (!(error instanceof Failure) || error.code !== 'kafka/fenced' || tookMs < this.#timeoutMs) throw error;
      const took = `after ${Math.round(tookMs / 1000)} s the commit timed out and was aborted`;
      throw new Failure('kafka/commit-too-long', took, { where, cause: error });
    }
  }

  async #write({ group, input, records, offset }: Writing, where: string): Promise<void> {
    const { transactionalId } = this.#identity;
    await this.#connection.ask(where, async () => {
      const coordinator = await this.#connection.transactionCoordinator(transactionalId);
      await this.#begin(coordinator, group, where);
      const joined = new Set<string>();
      for (const batch of batches(records)) {
        await this.#join(coordinator, batch, joined);
        await this.#produce(batch);
      }
      await this.#sendOffset(group, input, offset());
      await coordinator.endTxn({ ...this.#identity, transactionResult: true });
    });
  }

  /**
   * Commits these records, and nothing of the group's: the offset of the first, at which all replicas in sync have it.
   * A leader that the controller no longer counts cannot do that.
   * @throws Failure kafka/*
   */
  async writeAlone(where: string, records: Iterable<Outgoing>): Promise<number> {
    const { transactionalId } = this.#identity;
    return await this.#connection.ask(where, async () => {
      const coordinator = await this.#connection.transactionCoordinator(transactionalId);
      const joined = new Set<string>();
      let first: number | undefined;
      for (const batch of batches(records)) {
        // The first request of a transaction waits for the markers of the one before.
        await patiently(undefined, () => named(where, () => this.#join(coordinator, batch, joined)));
        const offsets = await this.#produce(batch);
        first ??= offsets.get(batch[0].place);
      }
      if (first !== undefined) await coordinator.endTxn({ ...this.#identity, transactionResult: true });
      return first ?? -1;
    });
  }

  /** Names this producer among all that ever had its transactional id. */
  get author(): string {
    const { producerId, producerEpoch } = this.#identity;
    return `${producerId}/${producerEpoch}`;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** The first request of a transaction waits for the markers of the one before. */
  async #begin(coordinator: Broker, groupId: string, where: string): Promise<void> {
    await patiently(undefined, () => named(where, () => coordinator.addOffsetsToTxn({ ...this.#identity, groupId })));
  }

  async #sendOffset(groupId: string, { topic, partition }: Writing['input'], offset: number): Promise<void> {
    const group = await this.#connection.groupCoordinator(groupId);
    const topics = [{ topic, partitions: [{ partition, offset: String(offset), metadata: OURS }] }];
    await group.txnOffsetCommit({ ...this.#identity, groupId, topics });
  }

  /** Reports to the coordinator the partitions that are written to for the first time in this transaction. */
  async #join(coordinator: Broker, batch: readonly BatchPart[], joined: Set<string>): Promise<void> {
    const fresh = batch.filter(({ place }) => !joined.has(place));
    if (fresh.length === 0) return;
    const topics = fresh.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
    await coordinator.addPartitionsToTxn({ ...this.#identity, topics: merged(topics) });
    for (const { place } of fresh) joined.add(place);
  }

  /**
   * Each broker is asked once, and each partition must be acknowledged; what is too large for its topic is halved until
   * it is not. The offset of the first record of each, by place.
   */
  async #produce(batch: readonly BatchPart[]): Promise<ReadonlyMap<string, number>> {
    const byLeader = new Map<number, BatchPart[]>();
    for (const part of batch) {
      const { leader } = this.#connection.leaderOf(part.topic, part.partition);
      const parts = byLeader.get(leader);
      if (parts === undefined) byLeader.set(leader, [part]);
      else parts.push(part);
    }
    const sequenceOf = (place: string) => this.#sequences.get(place) ?? 0;
    const asked = [...byLeader].map(async ([leader, parts]) => {
      const author = { identity: this.#identity, sequenceOf, compression: this.#compression };
      return await producePart(await this.#connection.broker(leader), parts, author);
    });
    const written = new Map((await Promise.all(asked)).flatMap((offsets) => [...offsets]));
    // Sequences wrap where an int32 ends.
    for (const part of batch) {
      const { place, records } = part;
      if (written.has(place)) this.#sequences.set(place, (sequenceOf(place) + records.length) % 2 ** 31);
      else {
        const [first, second] = halves(part);
        written.set(place, (await this.#produce([first])).get(place) ?? -1);
        await this.#produce([second]);
      }
    }
    return written;
  }
}

/** @throws Failure of what was thrown */
async function named<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw kafkaFailure(error, where);
  }
}

/**
 * Tries again while the coordinator asks to wait, and, where there is a signal, for a while where it moves.
 * @throws Failure kafka/*, or the signal's reason
 */
async function patiently<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + MOVES_WITHIN_MS;
  const isTransient = (failure: Failure) => {
    const waits = isSaid(failure, CONCURRENT) || (signal !== undefined && isSaid(failure, MOVING));
    return waits && performance.now() <= giveUpAt;
  };
  const answered = await retry(async () => ({ answer: await ask() }), {
    signal: signal ?? NEVER,
    isTransient,
    backoff: BACKOFF,
  });
  if (answered === undefined) throw signal?.reason;
  return answered.answer;
}

/** Whether the brokers' own name of the error, somewhere below the failure, is such a one. */
function isSaid(failure: Failure, type: RegExp): boolean {
  for (let cause = failure.cause; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && type.test(String(cause.type))) return true;
  }
  return false;
}

function merged(parts: readonly { readonly topic: string; readonly partitions: readonly number[] }[]) {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partitions } of parts) byTopic.set(topic, [...(byTopic.get(topic) ?? []), ...partitions]);
  return [...byTopic].map(([topic, partitions]) => ({ topic, partitions }));
}
