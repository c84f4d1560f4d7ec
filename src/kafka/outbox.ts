import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { pause } from '../async/backoff.ts';
import { Waiters } from '../async/waiters.ts';
import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { Plain } from '../event/plain.ts';
import type { OutboxPartition, SharedOutbox } from '../store/backend.ts';
import type { Committed } from '../store/store.ts';
import { Cursors } from './cursors.ts';
import { incoming } from './incoming.ts';
import { Membership, type Owned } from './membership.ts';
import { deliveryGroup, topicNames } from './names.ts';
import type { KafkaOptions } from './options.ts';
import { Renewed } from './renewed.ts';
import { untilAnswered, type Waiting } from './waiting.ts';
import { type Fetched, Wire } from './wire.ts';

const FETCH_BYTES = 512 << 10;
const POLL_MS = 250;
const PARTITION = /^(.+)\/(\d+)$/;

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Whose outbox it is, and the topics of it that are delivered, each with what is in it. */
export interface OutboxOptions {
  readonly group: string;
  readonly kafka: KafkaOptions;
  readonly topics: ReadonlyMap<string, Output['kind']>;
}

/** What is pending because of the brokers. */
export interface OutboxWaiting {
  readonly membership: Waiting;
  readonly reading: Waiting;
  readonly writing: Waiting;
}

/**
 * The committed outputs of a group in their topics. A task is `topic/partition`, a sequence is an offset. A consumer
 * group of its own shares the partitions out among the members. Every method throws Failure kafka/*.
 */
export class TopicOutbox implements SharedOutbox {
  readonly #options: OutboxOptions;
  readonly #membership: Membership;
  readonly #wire: Wire;
  readonly #producer: Renewed<Producer>;
  readonly #cursors: Cursors;
  readonly #waiting: OutboxWaiting;
  #partitions: readonly OutboxPartition[] = [];
  /** Of the partitions assigned: the offset after the last that is committed. */
  #ends: ReadonlyMap<string, number> = new Map();
  /** Of each task and sink: where a read found nothing more than markers up to. */
  readonly #emptyUpTo = new Map<string, { readonly from: number; readonly next: number }>();
  /** Of each task and sink: what was fetched beyond the limit of a read. Two sinks are rarely at the same place. */
  readonly #rest = new Map<string, Pick<Fetched, 'messages' | 'next'> & { readonly from: number }>();
  readonly #waiters = new Waiters();

  private constructor(kafka: Kafka, options: OutboxOptions, waiting: OutboxWaiting) {
    const { group, topics } = options;
    this.#options = options;
    const membership = { ...options.kafka, group: deliveryGroup(group), topics: [...topics.keys()] };
    this.#membership = new Membership(kafka, membership, waiting.membership);
    this.#wire = new Wire(kafka);
    // In order; what a try that is repeated writes twice is the same cursor.
    const createPartitioner = Partitioners.DefaultPartitioner;
    const settings = { allowAutoTopicCreation: false, createPartitioner, maxInFlightRequests: 1 };
    this.#producer = new Renewed(() => kafka.producer(settings));
    this.#cursors = new Cursors(topicNames.deliveries(group), this.#wire, this.#producer);
    this.#waiting = waiting;
  }

  static async open(kafka: Kafka, options: OutboxOptions, waiting: OutboxWaiting): Promise<TopicOutbox> {
    const { group, topics } = options;
    const outbox = new TopicOutbox(kafka, options, waiting);
    try {
      await outbox.#wire.connect([...topics.keys(), topicNames.deliveries(group)]);
    } catch (error) {
      await outbox.#disconnect();
      throw error;
    }
    return outbox;
  }

  get partitions(): readonly OutboxPartition[] {
    return this.#partitions;
  }

  async *assignments(signal: AbortSignal): AsyncGenerator<readonly OutboxPartition[]> {
    const broken = new AbortController();
    const watching = this.#watch(signal).catch((error) => {
      broken.abort();
      throw error;
    });
    watching.catch(() => {});
    const either = AbortSignal.any([signal, broken.signal]);
    for await (const owned of this.#membership.assignments(either)) {
      this.#partitions = this.#partitionsOf(owned);
      // A cursor that could not be written may be another member's to write now.
      this.#waiting.writing.answered();
      yield this.#partitions;
    }
    await watching;
  }

  #partitionsOf(owned: Owned): readonly OutboxPartition[] {
    return Object.entries(owned).flatMap(([topic, partitions]) => {
      const kind = this.#options.topics.get(topic);
      return kind === undefined ? [] : partitions.map((each) => ({ name: `${topic}/${each}`, kinds: [kind] }));
    });
  }

  /** Keeps looking for what is committed, until the signal aborts. */
  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#ends =
        (await untilAnswered(() => this.#committedEnds(), { signal, waiting: this.#waiting.reading })) ?? this.#ends;
      this.#waiters.wake();
      await pause(POLL_MS, signal);
    }
  }

  async #committedEnds(): Promise<ReadonlyMap<string, number>> {
    const watched = this.#partitions.map(({ name }) => placeOf(name));
    return watched.length > 0 ? await this.#wire.ends(watched) : this.#ends;
  }

  /**
   * Offsets of the task that are committed and not below `next`, a transaction's markers among them while it is not
   * read to its end.
   */
  pending(task: string, sink: string, next: number): number {
    return Math.max(0, (this.#ends.get(task) ?? 0) - this.#passed(readerOf(task, sink), next));
  }

  async read(task: string, sink: string, from: number, limit: number): Promise<readonly Committed[]> {
    const { topic, partition } = placeOf(task);
    const reader = readerOf(task, sink);
    const place = this.#passed(reader, from);
    const end = this.#ends.get(task);
    if (end !== undefined && place >= end) return [];
    const kept = this.#rest.get(reader);
    const { messages, next } = kept?.from === place ? kept : await this.#fetch({ topic, partition }, place);
    const rest = messages.slice(limit);
    if (rest.length > 0) this.#rest.set(reader, { from: rest[0].offset, messages: rest, next });
    else this.#rest.delete(reader);
    const found = messages.slice(0, limit).flatMap((message): readonly Committed[] => {
      try {
        return [{ sequence: message.offset, output: incoming(message) }];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        this.#waiting.reading.failed(new Failure(error.code, error.message, { where: task, cause: error }));
        return [];
      }
    });
    if (found.length === 0) this.#emptyUpTo.set(reader, { from, next: rest[0]?.offset ?? next });
    return found;
  }

  async waitFor(task: string, sink: string, from: number, signal: AbortSignal): Promise<void> {
    await this.#waiters.until(() => this.pending(task, sink, from) > 0, signal);
  }

  cursor(task: string, sink: string): Promise<number> {
    return this.#cursors.cursor(task, sink);
  }

  async deliveryState(task: string, sink: string): Promise<ReadonlyMap<string, Plain>> {
    return this.#cursors.deliveryState(task, sink);
  }

  async advance(
    task: string,
    sink: string,
    next: number,
    changes: ReadonlyMap<string, Plain | null> = new Map(),
  ): Promise<void> {
    await this.#writing(() => this.#cursors.write([task, sink], next, changes));
  }

  /** To a topic of its own, with the sink and its reason as headers. */
  async deadLetter(
    task: string,
    sink: string,
    { sequence, output, reason }: Committed & { readonly reason: string },
  ): Promise<void> {
    const topic = topicNames.undelivered(this.#options.group);
    const key = 'series' in output ? (output.series ?? null) : null;
    const headers = { sink, reason, task, sequence: String(sequence), 'content-type': 'application/json' };
    const messages = [{ key, value: JSON.stringify(output), headers }];
    const write = () => this.#producer.ask(topic, (producer) => producer.send({ topic, messages, acks: -1 }));
    await this.#writing(write);
  }

  async close(): Promise<void> {
    await this.#disconnect();
    // Nobody asks any more.
    for (const waiting of Object.values(this.#waiting)) waiting.answered();
  }

  async #disconnect(): Promise<void> {
    await Promise.all([this.#producer.close(), this.#wire.close().catch(() => {})]);
  }

  /** Whoever delivers tries again; here it is only noted whether the brokers answer. */
  async #writing(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
      this.#waiting.writing.answered();
    } catch (error) {
      if (error instanceof Failure) this.#waiting.writing.failed(error);
      throw error;
    }
  }

  #passed(reader: string, from: number): number {
    const empty = this.#emptyUpTo.get(reader);
    return empty !== undefined && empty.from <= from ? Math.max(from, empty.next) : from;
  }

  /** Where what the sink should have next was deleted, what is left. */
  async #fetch({ topic, partition }: Place, from: number): ReturnType<Wire['fetch']> {
    const request = { topic, partition, maxBytes: FETCH_BYTES, maxWaitMs: 0 };
    try {
      return await this.#wire.fetch({ ...request, from });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'kafka/offset-out-of-range') throw error;
      const earliest = await this.#wire.offset(topic, partition, 'earliest');
      if (from > 0) this.#waiting.reading.failed(error);
      return await this.#wire.fetch({ ...request, from: earliest });
    }
  }
}

function readerOf(task: string, sink: string): string {
  return `${sink} ${task}`;
}

function placeOf(task: string): Place {
  const [, topic, partition] = PARTITION.exec(task) ?? [];
  if (topic === undefined) throw new TypeError(`${task} is no topic/partition`);
  return { topic, partition: Number(partition) };
}
