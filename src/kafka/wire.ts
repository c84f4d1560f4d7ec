import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { kafkaFailure } from './failure.ts';

/* kafkajs' consumer cannot be told where to read, and its producer cannot be told to fence. What lies under both can; see
 * docs/decisions/0009. This file is the only one that reaches below kafkajs' public surface, and every shape it takes is written here. */

const TRANSACTION_COORDINATOR = 1;
const READ_COMMITTED = 1;
const EARLIEST = -2;
const LATEST = -1;

/** A record as kafkajs decodes it; control records and aborted ones are among them. */
interface RawMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[]>>;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly firstOffset: string; readonly lastOffsetDelta: number };
}

interface FetchedPartition {
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly unknown[];
  readonly messages: readonly RawMessage[];
}

interface Broker {
  fetch(request: object): Promise<{
    readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
  }>;
  initProducerId(request: { readonly transactionalId: string; readonly transactionTimeout: number }): Promise<unknown>;
}

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  findGroupCoordinator(of: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>;
  fetchTopicsOffset(
    topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromTimestamp: number }[],
  ): Promise<readonly TopicOffsets[]>;
}

interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

type CreateCluster = (options: {
  readonly allowAutoTopicCreation: false;
  readonly isolationLevel: number;
  readonly metadataMaxAge: number;
}) => Cluster;

type FilterAborted = (of: Pick<FetchedPartition, 'messages' | 'abortedTransactions'>) => readonly RawMessage[];

const filterAborted: FilterAborted = createRequire(import.meta.url)('kafkajs/src/consumer/filterAbortedMessages.js');

/** A committed record. */
export interface Message {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[]>>;
}

/** The answer to one fetch. */
export interface Fetched {
  readonly messages: readonly Message[];
  /** Where to go on: past control records and what compaction took away. */
  readonly next: number;
  /** First offset that is not committed yet: the last stable one. */
  readonly end: number;
  readonly highWatermark: number;
}

/** A place to fetch from, and how long and how much. */
export interface FetchRequest {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly maxBytes: number;
  /** How long the broker waits for something to come, ms. */
  readonly maxWaitMs: number;
}

/**
 * Connections of their own to a cluster, for what kafkajs keeps to itself: committed records from a place one chooses, and fencing. One
 * request at a time: a fetch that waits holds up whoever asks through the same wire. Every method throws Failure kafka/*.
 */
export class Wire {
  readonly #cluster: Cluster;
  #stale = false;
  #closed = false;
  /** The end of the request before. kafkajs opens a socket for each of several requests that find none, and closes the last alone. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(kafka: Kafka) {
    const key = Object.getOwnPropertySymbols(kafka).find(
      (symbol) => symbol.description === 'private:Kafka:createCluster',
    );
    const create = key && (kafka as unknown as Record<symbol, CreateCluster>)[key];
    if (create === undefined) throw new TypeError('this version of kafkajs has no createCluster');
    this.#cluster = create({ allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED, metadataMaxAge: 300_000 });
  }

  async connect(topics: readonly string[]): Promise<void> {
    await this.#ask(topics.join(', '), async () => {
      await this.#cluster.connect();
      await this.#cluster.addMultipleTargetTopics(topics);
    });
  }

  /** One request to the partition's leader. */
  async fetch({ topic, partition, from, maxBytes, maxWaitMs }: FetchRequest): Promise<Fetched> {
    return await this.#ask(`${topic}/${partition}@${from}`, async () => {
      const leader = await this.#leader(topic, partition);
      const { responses } = await leader.fetch({
        replicaId: -1,
        isolationLevel: READ_COMMITTED,
        maxWaitTime: maxWaitMs,
        minBytes: 1,
        maxBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: from, maxBytes }] }],
      });
      const [{ partitions }] = responses;
      return fetched(partitions[0], from);
    });
  }

  /** The first offset that is still there, or the one after the last that is committed. */
  async offset(topic: string, partition: number, which: 'earliest' | 'latest'): Promise<number> {
    return await this.#ask(`${topic}/${partition}`, async () => {
      const fromTimestamp = which === 'earliest' ? EARLIEST : LATEST;
      const [{ partitions }] = await this.#cluster.fetchTopicsOffset([
        { topic, partitions: [{ partition }], fromTimestamp },
      ]);
      return Number(partitions[0].offset);
    });
  }

  /** The offset after the last that is committed, of each place: one request to each broker. By `topic/partition`. */
  async ends(
    places: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<ReadonlyMap<string, number>> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    const asked = topics.map((topic) => {
      const partitions = places.filter((place) => place.topic === topic).map(({ partition }) => ({ partition }));
      return { topic, partitions, fromTimestamp: LATEST };
    });
    return await this.#ask(topics.join(', '), async () => {
      const answers = await this.#cluster.fetchTopicsOffset(asked);
      return new Map(
        answers.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
        ),
      );
    });
  }

  /** Fences whoever had this transactional id, and ends what it left pending. One try. */
  async initProducerId(transactionalId: string, transactionTimeout: number): Promise<void> {
    await this.#ask(transactionalId, async () => {
      const coordinatorType = TRANSACTION_COORDINATOR;
      const coordinator = await this.#cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType });
      await coordinator.initProducerId({ transactionalId, transactionTimeout });
    });
  }

  /** Waits for the request that is under way; those behind it fail, and none opens a connection again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#before;
    await this.#cluster.disconnect();
  }

  async #leader(topic: string, partition: number): Promise<Broker> {
    const found = this.#cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
    if (found === undefined || found.leader < 0) {
      this.#stale = true;
      throw Object.assign(new Error(`partition ${partition} of ${topic} has no leader`), {
        name: 'KafkaJSProtocolError',
        type: 'LEADER_NOT_AVAILABLE',
        retriable: true,
      });
    }
    return await this.#cluster.findBroker({ nodeId: found.leader });
  }

  async #ask<T>(where: string, request: () => Promise<T>): Promise<T> {
    const answer = this.#before.then(() => this.#askNow(where, request));
    this.#before = answer.catch(() => {});
    return await answer;
  }

  /** After an error the next request asks anew who leads. */
  async #askNow<T>(where: string, request: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Failure('kafka/unreachable', 'our connection was closed', { where });
    try {
      if (this.#stale) await this.#cluster.refreshMetadata();
      else await this.#cluster.refreshMetadataIfNecessary();
      this.#stale = false;
      return await request();
    } catch (error) {
      this.#stale = true;
      throw kafkaFailure(error, where);
    }
  }
}

function fetched(answer: FetchedPartition, from: number): Fetched {
  const within = answer.messages.filter(({ offset }) => Number(offset) >= from);
  const last = answer.messages.at(-1)?.batchContext;
  const next = last === undefined ? from : Number(last.firstOffset) + last.lastOffsetDelta + 1;
  const committed = filterAborted({ messages: within, abortedTransactions: answer.abortedTransactions });
  return {
    messages: committed.filter(({ isControlRecord }) => !isControlRecord).map(message),
    next: Math.max(from, next),
    end: Number(answer.lastStableOffset),
    highWatermark: Number(answer.highWatermark),
  };
}

function message({ offset, timestamp, key, value, headers }: RawMessage): Message {
  return { offset: Number(offset), timestampMs: Number(timestamp), key, value, headers };
}
