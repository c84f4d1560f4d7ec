import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';
import { Serial } from '../async/serial.ts';
import { Failure } from '../errors/failure.ts';
import { kafkaFailure } from './failure.ts';
import { type Client, closed, isLost } from './renewed.ts';

/* kafkajs' consumer cannot be told where to read, and its producer decides on its own when to fence and what to try again. What lies under
 * both can be told everything; see docs/decisions/0009. This file is the only one that reaches below kafkajs' public surface, and every
 * shape it takes is written here. */

const READ_COMMITTED = 1;
const METADATA_MAX_AGE_MS = 300_000;
const GROUP = 0;
const TRANSACTION = 1;
const PRODUCE = { apiKey: 0, apiVersion: 7, apiName: 'Produce' };

/** A producer id with its epoch, as every request of a transaction names them. */
export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

/** A topic and some of its partitions. */
export interface TopicPartitions<P> {
  readonly topic: string;
  readonly partitions: readonly P[];
}

/** The answer to a produce request. */
export interface Produced {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** A connection to one broker, as kafkajs has it. */
export interface Broker {
  initProducerId(request: {
    readonly transactionalId: string;
    readonly transactionTimeout: number;
  }): Promise<Pick<ProducerIdentity, 'producerId' | 'producerEpoch'>>;
  addOffsetsToTxn(request: ProducerIdentity & { readonly groupId: string }): Promise<void>;
  addPartitionsToTxn(
    request: ProducerIdentity & { readonly topics: readonly TopicPartitions<number>[] },
  ): Promise<void>;
  txnOffsetCommit(
    request: ProducerIdentity & {
      readonly groupId: string;
      readonly topics: readonly TopicPartitions<{ readonly partition: number; readonly offset: string }>[];
    },
  ): Promise<void>;
  endTxn(request: ProducerIdentity & { readonly transactionResult: boolean }): Promise<void>;
  readonly connectionPool: { send(request: object): Promise<unknown> };
  disconnect(): Promise<void>;
}

interface Cluster extends Client {
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  findGroupCoordinator(of: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>;
  fetchTopicsOffset(
    topics: readonly (TopicPartitions<{ readonly partition: number }> & { readonly fromTimestamp: number })[],
  ): Promise<readonly TopicPartitions<{ readonly partition: number; readonly offset: string }>[]>;
}

type CreateCluster = (options: {
  readonly allowAutoTopicCreation: false;
  readonly isolationLevel: number;
  readonly metadataMaxAge: number;
}) => Cluster;

const kafkajs = createRequire(import.meta.url);
const produceResponse: { decode(bytes: Buffer): Promise<Produced> } = kafkajs(
  'kafkajs/src/protocol/requests/produce/v7/response.js',
);
const { createErrorFromCode } = kafkajs('kafkajs/src/protocol/error.js') as {
  readonly createErrorFromCode: (code: number) => Error;
};

/** A broker's error by its number, as kafkajs throws it. */
export const brokerError = createErrorFromCode;

/** Connections of its owner's own to the brokers of a cluster, one request at a time. Every method throws Failure kafka/*. */
export class Connection {
  readonly #create: () => Cluster;
  #cluster: Cluster;
  /** What is asked about; a cluster that is replaced must learn of it. */
  #topics: readonly string[] = [];
  #stale = false;
  #lost = false;
  #closed = false;
  /** kafkajs opens a socket for each of several requests that find none, and closes the last alone. */
  readonly #requests = new Serial();

  constructor(kafka: Kafka) {
    const key = Object.getOwnPropertySymbols(kafka).find(
      ({ description }) => description === 'private:Kafka:createCluster',
    );
    const create = key && (kafka as unknown as Record<symbol, CreateCluster>)[key];
    if (create === undefined) throw new TypeError('this version of kafkajs has no createCluster');
    const options = { allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED } as const;
    this.#create = () => create({ ...options, metadataMaxAge: METADATA_MAX_AGE_MS });
    this.#cluster = this.#create();
  }

  async connect(topics: readonly string[]): Promise<void> {
    this.#topics = topics;
    this.#lost = true;
    await this.ask(topics.join(', '), async () => {});
  }

  /** Waits for the request that is under way; those behind it fail, and none opens a connection again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#requests.idle();
    await closed(this.#cluster);
  }

  /** Node id of the partition's leader. @throws what kafkajs throws of a stale answer */
  leaderOf(topic: string, partition: number): number {
    const found = this.#cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
    if (found !== undefined && found.leader >= 0) return found.leader;
    throw Object.assign(new Error(`partition ${partition} of ${topic} has no leader`), {
      name: 'KafkaJSProtocolError',
      type: 'LEADER_NOT_AVAILABLE',
      retriable: true,
    });
  }

  broker(nodeId: number): Promise<Broker> {
    return this.#cluster.findBroker({ nodeId });
  }

  groupCoordinator(groupId: string): Promise<Broker> {
    return this.#cluster.findGroupCoordinator({ groupId, coordinatorType: GROUP });
  }

  transactionCoordinator(transactionalId: string): Promise<Broker> {
    return this.#cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: TRANSACTION });
  }

  /** One request, or several that belong together. After an error the next one asks anew who leads. */
  async ask<T>(where: string, request: (cluster: Cluster) => Promise<T>): Promise<T> {
    return await this.#requests.run(() => this.#askNow(where, request));
  }

  async #askNow<T>(where: string, request: (cluster: Cluster) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Failure('kafka/unreachable', 'our connection was closed', { where });
    try {
      await this.#refresh();
      return await request(this.#cluster);
    } catch (error) {
      this.#stale = true;
      const failure = kafkaFailure(error, where);
      if (isLost(failure)) this.#replace();
      throw failure;
    }
  }

  async #refresh(): Promise<void> {
    if (this.#lost) {
      await this.#cluster.connect();
      await this.#cluster.addMultipleTargetTopics(this.#topics);
    } else if (this.#stale) await this.#cluster.refreshMetadata();
    else await this.#cluster.refreshMetadataIfNecessary();
    this.#lost = false;
    this.#stale = false;
  }

  /** After a request that nobody answered, kafkajs' connections may be dead without its noticing. */
  #replace(): void {
    void closed(this.#cluster);
    this.#cluster = this.#create();
    this.#lost = true;
  }
}

/** A request of the protocol, by its number and version. */
export interface Api {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
}

/** A request whose body is made already, and how its answer is read. @throws what kafkajs throws of a connection, and what `parse` throws */
export async function send<T>(
  broker: Broker,
  api: Api,
  { body, parse }: { readonly body: Buffer; readonly parse: (answer: Buffer) => T | Promise<T> },
): Promise<Awaited<T>> {
  const request = { ...api, expectResponse: () => true, encode: async () => ({ buf: body, buffer: body }) };
  // kafkajs reads a time to wait from what `decode` gives.
  const response = {
    decode: async (answer: Buffer) => ({ answer }),
    parse: async (of: { readonly answer: Buffer }) => await parse(of.answer),
  };
  try {
    return (await broker.connectionPool.send({ request, response })) as Awaited<T>;
  } catch (error) {
    if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
}

/** Sends a produce request whose body is made already. */
export async function sendProduce(broker: Broker, body: Buffer): Promise<Produced> {
  return await send(broker, PRODUCE, { body, parse: produceResponse.decode });
}
