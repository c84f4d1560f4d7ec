import type { Admin, Kafka } from 'kafkajs';
import { retry } from '../async/retry.ts';
import type { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { Backend, OpenPartition, SharedOutbox, TopicPartition } from '../store/backend.ts';
import { connectKafka, type KafkaLog } from './client.ts';
import { isPassing, kafkaFailure } from './failure.ts';
import { FeedbackWriter } from './feedback.ts';
import { Membership, type Owned } from './membership.ts';
import { topicNames } from './names.ts';
import { type GroupOptions, prepareTopics, type TopicStream } from './needed-topics.ts';
import { openPartition, type PartitionEvents } from './open-partition.ts';
import { TopicOutbox } from './outbox.ts';

/** A topic that is not found is asked for again so often. */
const MISSING_TRIES = 3;

/** What is reported of the brokers. */
export interface KafkaEvents extends PartitionEvents {
  readonly log: KafkaLog;
}

/** A member of a consumer group: a task for each partition that it has, as long as it has it. */
export class KafkaBackend implements Backend {
  readonly notAssigned = 'the group has not given this member its partitions yet';
  readonly #options: GroupOptions;
  readonly #events: KafkaEvents;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #membership: Membership;
  readonly #feedback: FeedbackWriter;
  /** Of each topic. */
  #partitions: ReadonlyMap<string, number> = new Map();

  constructor(options: GroupOptions, events: KafkaEvents) {
    const { group, kafka, streams } = options;
    this.#options = options;
    this.#events = events;
    this.#kafka = connectKafka(kafka, events.log);
    this.#admin = this.#kafka.admin();
    this.#feedback = new FeedbackWriter(this.#kafka);
    const topics = streams.map(({ source }) => source.topic);
    this.#membership = new Membership(this.#kafka, { ...kafka, group, topics }, (failure) =>
      events.interrupted(`group ${group}`, failure),
    );
  }

  /** Waits until the brokers answer. */
  async prepare(signal: AbortSignal): Promise<boolean> {
    let missing = 0;
    // A broker that has only just come back may not know yet what the others know.
    const isMissing = ({ code }: Failure) => code === 'kafka/no-topic' && missing <= MISSING_TRIES;
    const prepared = await retry(() => this.#prepareTopics(), {
      signal,
      isTransient: (failure) => {
        missing++;
        return failure.remedy === 'retry' || isMissing(failure);
      },
      failed: (failure) => {
        if (!isMissing(failure)) this.#events.interrupted('the brokers', failure);
      },
    });
    if (prepared !== undefined) this.#partitions = prepared;
    return prepared !== undefined;
  }

  async *assignments(signal: AbortSignal): AsyncGenerator<readonly TopicPartition[]> {
    for await (const owned of this.#membership.assignments(signal)) yield this.#partitionsOf(owned);
  }

  async open(partition: TopicPartition, signal: AbortSignal): Promise<OpenPartition> {
    const { group, kafka } = this.#options;
    const read = this.#streamOf(partition);
    return await openPartition(partition, signal, {
      kafka: this.#kafka,
      group,
      options: kafka,
      source: read.source,
      partitions: this.#partitions,
      groupOffset: () => this.#groupOffset(partition),
      writer: this.#feedback,
      events: this.#events,
    });
  }

  isTransient(failure: Failure): boolean {
    return isPassing(failure);
  }

  /** Else an evicted member and its successor would fence each other for ever. */
  async reopenable({ code }: Failure, signal: AbortSignal): Promise<void> {
    if (code === 'kafka/fenced' || code === 'kafka/commit-too-long') await this.#membership.heard(signal);
  }

  /** Once the brokers answer. */
  async openOutbox(kinds: ReadonlySet<Output['kind']>, signal: AbortSignal): Promise<SharedOutbox | undefined> {
    const { group, kafka } = this.#options;
    const topics = this.#outputTopics(kinds);
    if (topics.size === 0) return undefined;
    const failed = (failure: Failure) => this.#events.interrupted(`deliveries of ${group}`, failure);
    return await retry(() => TopicOutbox.open(this.#kafka, { group, kafka, topics }, failed), {
      signal,
      isTransient: isPassing,
      failed,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.disconnect().catch(() => {}), this.#feedback.close()]);
  }

  async #prepareTopics(): Promise<ReadonlyMap<string, number>> {
    try {
      await this.#admin.connect();
      return await prepareTopics(this.#options, this.#admin);
    } catch (error) {
      throw kafkaFailure(error, this.#options.kafka.brokers.join(','));
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

  async #groupOffset({ topic, partition, name }: TopicPartition): Promise<number | undefined> {
    try {
      const [{ partitions }] = await this.#admin.fetchOffsets({ groupId: this.#options.group, topics: [topic] });
      const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? -1);
      return offset < 0 ? undefined : offset;
    } catch (error) {
      throw kafkaFailure(error, name);
    }
  }
}
