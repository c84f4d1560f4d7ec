import type { Kafka } from 'kafkajs';
import { Serial } from '../async/serial.ts';
import { Failure } from '../errors/failure.ts';
import type { Broker, CoordinatorOf } from './broker.ts';
import { kafkaFailure } from './failure.ts';
import { Leaders } from './leaders.ts';
import { type KnownTopic, knowsEpochs, metadataOf, type PartitionLeader } from './metadata.ts';
import { agreed, answersOf, coordinatorPartition } from './opinions.ts';
import { type Client, closed, isLost } from './renewed.ts';

/* kafkajs' consumer does not let its user choose where to read, and its producer fences and retries on its own. The
 * layer below them allows both; see docs/decisions/0009. This file and request.ts are the only ones that reach below
 * kafkajs' public surface, and every shape they take is written here or in broker.ts. */

const READ_COMMITTED = 1;
const METADATA_MAX_AGE_MS = 300_000;
const GROUP = 0;
const TRANSACTION = 1;
/** The topics whose leaders coordinate groups, and transactions. */
const COORDINATORS = ['__consumer_offsets', '__transaction_state'] as const;
/** So many brokers are asked at once. */
const OPINIONS = 3;

interface Cluster extends Client {
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  findGroupCoordinator(of: CoordinatorOf): Promise<Broker>;
  getNodeIds(): readonly string[];
  /** What `findBroker` is made of, which asks for new metadata where this does not find one. */
  readonly brokerPool: { findBroker(node: { readonly nodeId: number }): Promise<Broker> };
}

type CreateCluster = (options: {
  readonly allowAutoTopicCreation: false;
  readonly isolationLevel: number;
  readonly metadataMaxAge: number;
}) => Cluster;

/**
 * Connections of its owner's own to the brokers of a cluster, one request at a time. Every method throws Failure
 * kafka/*.
 */
export class Connection {
  readonly #create: () => Cluster;
  #cluster: Cluster;
  /** What is asked about; a cluster that is replaced must learn of it. */
  #topics: readonly string[] = [];
  readonly #leaders = new Leaders();
  /** Questions to a broker that are under way: kafkajs opens a second socket for whoever else asks meanwhile. */
  #asked = new Map<number, Promise<unknown>>();
  /** `type/id` → node id, until something fails. */
  readonly #coordinators = new Map<string, number>();
  #turn = 0;
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
    await Promise.all(this.#asked.values());
    await closed(this.#cluster);
  }

  /** The partition's leader, and its epoch; −1 = not known. @throws what kafkajs throws of a stale answer */
  leaderOf(topic: string, partition: number): PartitionLeader {
    const known = this.#leaders.of(topic, partition);
    const old = () => this.#cluster.findTopicPartitionMetadata(topic).find((each) => each.partitionId === partition);
    const found = known ?? { partition, leader: old()?.leader ?? -1, epoch: -1 };
    if (found.leader >= 0) return found;
    throw Object.assign(new Error(`partition ${partition} of ${topic} has no leader`), {
      name: 'KafkaJSProtocolError',
      type: 'LEADER_NOT_AVAILABLE',
      retriable: true,
    });
  }

  /** Of this topic, and of none that is created anew under its name; undefined where the brokers have no ids. */
  topicId(topic: string): string | undefined {
    return this.#leaders.idOf(topic);
  }

  async broker(nodeId: number): Promise<Broker> {
    await this.#asked.get(nodeId);
    return await this.#cluster.findBroker({ nodeId });
  }

  groupCoordinator(groupId: string): Promise<Broker> {
    return this.#coordinator({ groupId, coordinatorType: GROUP });
  }

  transactionCoordinator(transactionalId: string): Promise<Broker> {
    return this.#coordinator({ groupId: transactionalId, coordinatorType: TRANSACTION });
  }

  /**
   * Asks some of the other brokers whether somebody else leads the partition now: whoever answers nothing new may be
   * cut off.
   */
  async review(topic: string, partition: number): Promise<void> {
    await this.ask(`${topic}/${partition}`, async () => await this.#learn(this.leaderOf(topic, partition).leader));
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
    if (this.#lost || this.#stale) {
      this.#coordinators.clear();
      await this.#learn();
    }
    this.#lost = false;
    this.#stale = false;
  }

  /** After a request that nobody answered, kafkajs' connections may be dead without its noticing. */
  #replace(): void {
    void closed(this.#cluster);
    this.#cluster = this.#create();
    this.#asked = new Map();
    this.#lost = true;
  }

  /** What some brokers say of our topics, without that of `but`. */
  async #learn(but?: number): Promise<void> {
    const ask = async (broker: Broker) => (knowsEpochs(broker) ? await metadataOf(broker, this.#topics) : []);
    this.#leaders.learn(await this.#opinions<readonly KnownTopic[]>(ask, but));
  }

  /** A few brokers' answers, in turns, so that each is asked some time. Those that do not answer are not waited for. */
  async #opinions<T>(ask: (broker: Broker) => Promise<T>, but?: number): Promise<readonly T[]> {
    const nodes = this.#cluster
      .getNodeIds()
      .map(Number)
      .filter((node) => node !== but && !this.#asked.has(node));
    const turned = nodes.map((_, n) => nodes[(n + this.#turn) % nodes.length]).slice(0, OPINIONS);
    this.#turn += OPINIONS;
    const under = this.#asked;
    return await answersOf(
      turned.map((nodeId) => {
        const asked = this.#cluster.brokerPool.findBroker({ nodeId }).then(ask);
        const over = asked.catch(() => {}).then(() => under.delete(nodeId));
        under.set(nodeId, over);
        return asked;
      }),
    );
  }

  async #coordinator(of: CoordinatorOf): Promise<Broker> {
    const key = `${of.coordinatorType}/${of.groupId}`;
    const node = this.#coordinators.get(key) ?? (await this.#findCoordinator(of));
    // Whoever knows none makes the topic of coordinators first; kafkajs waits for that.
    if (node === undefined) return await this.#cluster.findGroupCoordinator(of);
    this.#coordinators.set(key, node);
    return await this.broker(node);
  }

  /**
   * Where brokers name several, that one of them which leads its partition of the coordinators' topic by the highest
   * epoch.
   */
  async #findCoordinator(of: CoordinatorOf): Promise<number | undefined> {
    const named = await this.#opinions(async (broker) => (await broker.findGroupCoordinator(of)).coordinator.nodeId);
    if (new Set(named).size <= 1) return named[0];
    const topic = COORDINATORS[of.coordinatorType];
    const leaders = new Leaders();
    leaders.learn(await this.#opinions(async (broker) => await metadataOf(broker, [topic])));
    const partition = coordinatorPartition(of.groupId, leaders.partitionsOf(topic));
    return agreed(named, leaders.of(topic, partition)?.leader);
  }
}
