import type { Admin, Kafka } from 'kafkajs';
import type { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { Backend, OpenPartition, SharedOutbox, TopicPartition } from '../store/backend.ts';
import { connectKafka, type KafkaLog } from './client.ts';
import { isPassing } from './failure.ts';
import { FeedbackWriter } from './feedback.ts';
import { Membership, type Owned } from './membership.ts';
import { deliveryGroup, topicNames } from './names.ts';
import { type GroupOptions, prepareTopics, type TopicStream } from './needed-topics.ts';
import { openPartition, type PartitionEvents } from './open-partition.ts';
import { type OutageEvents, Outages } from './outages.ts';
import { TopicOutbox } from './outbox.ts';
import { Renewed } from './renewed.ts';
import { BrokerSockets } from './sockets.ts';
import { settingsOf } from './topics.ts';
import { untilAnswered, type Waiting } from './waiting.ts';

/** A topic that is not found is asked for again so often. */
const MISSING_TRIES = 3;

/** What is reported of the brokers. */
export interface KafkaEvents extends PartitionEvents, OutageEvents {
  readonly log: KafkaLog;
}

/** A member of a consumer group: a task for each partition that it has, as long as it has it. */
export class KafkaBackend implements Backend {
  readonly notAssigned = 'the group has not given this member its partitions yet';
  readonly #options: GroupOptions;
  readonly #events: KafkaEvents;
  readonly #sockets: BrokerSockets;
  readonly #kafka: Kafka;
  readonly #admin: Renewed<Admin>;
  readonly #outages: Outages;
  readonly #membership: Membership;
  readonly #feedback: FeedbackWriter;
  /** Of each topic. */
  #partitions: ReadonlyMap<string, number> = new Map();

  constructor(options: GroupOptions, events: KafkaEvents) {
    const { group, kafka, streams } = options;
    this.#options = options;
    this.#events = events;
    this.#sockets = new BrokerSockets(kafka.brokers);
    this.#kafka = connectKafka(kafka, events.log, this.#sockets);
    this.#admin = new Renewed(() => this.#kafka.admin());
    this.#feedback = new FeedbackWriter(this.#kafka);
    this.#outages = new Outages(events);
    const topics = streams.map(({ source }) => source.topic);
    this.#membership = new Membership(this.#kafka, { ...kafka, group, topics }, this.#waiting(`group ${group}`));
  }

  get waiting(): readonly string[] {
    return this.#outages.reasons;
  }

  /** Waits until the brokers answer. */
  async prepare(signal: AbortSignal): Promise<boolean> {
    let missing = 0;
    // A broker that has only just come back may not know yet what the others know.
    const isMissing = ({ code }: Failure) => code === 'kafka/no-topic';
    const isTransient = (failure: Failure) => (isMissing(failure) ? ++missing <= MISSING_TRIES : isPassing(failure));
    const { failed, answered } = this.#waiting('the start');
    const waiting = { failed: (failure: Failure) => (isMissing(failure) ? undefined : failed(failure)), answered };
    const prepared = await untilAnswered(() => this.#prepareTopics(), { signal, waiting, isTransient });
    if (prepared !== undefined) this.#partitions = prepared;
    return prepared !== undefined;
  }

  /** @throws Failure kafka/partitions-changed */
  async *assignments(signal: AbortSignal): AsyncGenerator<readonly TopicPartition[]> {
    let before: readonly TopicPartition[] = [];
    for await (const owned of this.#membership.assignments(signal)) {
      const now = this.#partitionsOf(owned);
      const isNew = ({ topic, partition }: TopicPartition) => partition >= (this.#partitions.get(topic) ?? 0);
      // Added while it runs: `on_partition_change` says whether that is a failure, or its changelog grows too.
      if (now.some(isNew) && !(await this.prepare(signal))) return;
      for (const { name } of before) if (!now.some((each) => each.name === name)) this.#outages.answered(name);
      before = now;
      yield now;
    }
  }

  async open(partition: TopicPartition, signal: AbortSignal): Promise<OpenPartition> {
    const { group, kafka } = this.#options;
    const read = this.#streamOf(partition);
    const waiting = this.#waiting(partition.name);
    const opened = await openPartition(partition, signal, {
      kafka: this.#kafka,
      group,
      options: kafka,
      source: read.source,
      format: read.format,
      partitions: this.#partitions,
      writer: this.#feedback,
      events: this.#events,
      waiting,
    });
    waiting.answered();
    return opened;
  }

  /** A topic that was created anew is opened anew, where the configuration says what to do then. */
  isTransient(failure: Failure): boolean {
    if (failure.code !== 'kafka/topic-recreated') return isPassing(failure);
    const read = this.#options.streams.find(({ source }) => failure.where?.startsWith(`${source.topic}/`));
    return read !== undefined && read.source.on_lost_offset !== 'stop';
  }

  /** Else an evicted member and its successor would fence each other for ever. */
  async reopenable({ name }: TopicPartition, failure: Failure, signal: AbortSignal): Promise<void> {
    this.#outages.failed(name, failure);
    const { code } = failure;
    if (code === 'kafka/fenced' || code === 'kafka/commit-too-long') await this.#membership.heartbeat(signal);
  }

  /** Once the brokers answer. */
  async openOutbox(kinds: ReadonlySet<Output['kind']>, signal: AbortSignal): Promise<SharedOutbox | undefined> {
    const { group, kafka } = this.#options;
    const topics = this.#outputTopics(kinds);
    if (topics.size === 0) return undefined;
    const reading = this.#waiting(`deliveries of ${group}`);
    const writing = this.#outages.of(`cursors of ${group}`);
    const waiting = { reading, writing, membership: this.#waiting(`group ${deliveryGroup(group)}`) };
    const open = () => TopicOutbox.open(this.#kafka, { group, kafka, topics }, waiting);
    const opened = await untilAnswered(open, { signal, waiting: reading });
    if (opened === undefined) reading.answered();
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.close(), this.#feedback.close()]);
    this.#sockets.destroy();
  }

  async #prepareTopics(): Promise<ReadonlyMap<string, number>> {
    const where = this.#options.kafka.brokers.join(',');
    return await this.#admin.ask(where, async (admin) => {
      const partitions = await prepareTopics(this.#options, admin, this.#kafka);
      await this.#warnOfCompaction(admin);
      return partitions;
    });
  }

  /** Reported each time, and once as an outage. */
  #waiting(who: string): Waiting {
    const { failed, answered } = this.#outages.of(who);
    return {
      failed: (failure) => {
        failed(failure);
        this.#events.interrupted(who, failure);
      },
      answered,
    };
  }

  /** Compaction takes records that a task has to replay. Who may not see the settings is not warned. */
  async #warnOfCompaction(admin: Admin): Promise<void> {
    for (const { source } of this.#options.streams) {
      const settings = await settingsOf(admin, source.topic, ['cleanup.policy']).catch(() => new Map());
      const policy = String(settings.get('cleanup.policy') ?? '');
      if (!policy.includes('compact')) continue;
      const message = `the input has cleanup.policy=${policy}: records that compaction takes before they are checkpointed are missing in the state`;
      this.#events.log('warn', message, { topic: source.topic });
    }
  }

  #partitionsOf(owned: Owned): readonly TopicPartition[] {
    return this.#options.streams.flatMap(({ stream, source: { topic } }) =>
      (owned[topic] ?? []).map((partition) => {
        return { stream, topic, partition, name: `${topic}/${partition}`, task: `${stream}/${partition}` };
      }),
    );
  }

  #streamOf({ stream }: TopicPartition): TopicStream {
    const found = this.#options.streams.find((each) => each.stream === stream);
    if (found === undefined) throw new Error(`the stream ${stream} reads no topic`);
    return found;
  }

  #outputTopics(kinds: ReadonlySet<Output['kind']>): ReadonlyMap<string, Output['kind']> {
    const { group, streams } = this.#options;
    const all: readonly (readonly [string, Output['kind']])[] = [
      [topicNames.scores(group), 'score'],
      [topicNames.alerts(group), 'alert'],
      ...streams.map(({ source }) => [topicNames.deadLetters(source.topic), 'reject'] as const),
    ];
    return new Map(all.filter(([, kind]) => kinds.has(kind)));
  }
}
