import { setTimeout } from 'node:timers/promises';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { Committed, Outbox } from '../state/store.ts';
import { Waiters } from '../state/waiters.ts';
import { Cursors } from './cursors.ts';
import { isPassing, kafkaFailure } from './failure.ts';
import { incoming } from './incoming.ts';
import { topicNames } from './names.ts';
import { type Fetched, Wire } from './wire.ts';

const FETCH_BYTES = 512 << 10;
const POLL_MS = 250;
const PARTITION = /^(.+)\/(\d+)$/;

/** A partition of an output topic: what an outbox calls a task. */
export interface OutboxPlace {
  readonly topic: string;
  readonly partition: number;
}

/** The committed outputs of a group in their topics. A task is `topic/partition`, a sequence is an offset. Every method throws Failure kafka/*. */
export class TopicOutbox implements Outbox {
  readonly #group: string;
  readonly #wire: Wire;
  readonly #producer: Producer;
  readonly #cursors: Cursors;
  readonly #report: (failure: Failure) => void;
  /** Of the places watched: the offset after the last that is committed. */
  #ends: ReadonlyMap<string, number> = new Map();
  /** Task → where a read found nothing more than markers up to. */
  readonly #emptyUpTo = new Map<string, { readonly from: number; readonly next: number }>();
  /** Task → what was fetched beyond the limit of a read. */
  readonly #rest = new Map<string, Pick<Fetched, 'messages' | 'next'> & { readonly from: number }>();
  readonly #waiters = new Waiters();

  private constructor(kafka: Kafka, group: string, report: (failure: Failure) => void) {
    this.#group = group;
    this.#wire = new Wire(kafka);
    // In order; what a try that is repeated writes twice is the same cursor.
    this.#producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      maxInFlightRequests: 1,
    });
    this.#cursors = new Cursors(topicNames.deliveries(group), this.#wire, this.#producer);
    this.#report = report;
  }

  static async open(
    kafka: Kafka,
    { group, topics }: { readonly group: string; readonly topics: readonly string[] },
    report: (failure: Failure) => void,
  ): Promise<TopicOutbox> {
    const outbox = new TopicOutbox(kafka, group, report);
    try {
      await outbox.#producer.connect();
      await outbox.#wire.connect([...topics, topicNames.deliveries(group)]);
    } catch (error) {
      await outbox.close();
      throw kafkaFailure(error, group);
    }
    return outbox;
  }

  /** Keeps looking for what is committed, until the signal aborts. `places`: those to look at, asked each time. */
  async watch(places: () => readonly OutboxPlace[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const watched = places();
        if (watched.length > 0) this.#ends = await this.#wire.ends(watched);
        this.#waiters.wake();
      } catch (error) {
        if (!(error instanceof Failure) || !isPassing(error)) throw error;
        this.#report(error);
      }
      await setTimeout(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Offsets of the task that are committed and not below `next`, a transaction's markers among them while it is not read to its end. */
  pending(task: string, next: number): number {
    return Math.max(0, (this.#ends.get(task) ?? 0) - this.#passed(task, next));
  }

  async read(task: string, from: number, limit: number): Promise<readonly Committed[]> {
    const { topic, partition } = placeOf(task);
    const place = this.#passed(task, from);
    const end = this.#ends.get(task);
    if (end !== undefined && place >= end) return [];
    const kept = this.#rest.get(task);
    const { messages, next } = kept?.from === place ? kept : await this.#fetch({ topic, partition }, place);
    const rest = messages.slice(limit);
    if (rest.length > 0) this.#rest.set(task, { from: rest[0].offset, messages: rest, next });
    else this.#rest.delete(task);
    const found = messages.slice(0, limit).flatMap((message): readonly Committed[] => {
      try {
        return [{ sequence: message.offset, output: incoming(message) }];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        this.#report(new Failure(error.code, error.message, { where: task, cause: error }));
        return [];
      }
    });
    if (found.length === 0) this.#emptyUpTo.set(task, { from, next: rest[0]?.offset ?? next });
    return found;
  }

  async waitFor(task: string, from: number, signal: AbortSignal): Promise<void> {
    await this.#waiters.until(() => this.pending(task, from) > 0, signal);
  }

  cursor(task: string, sink: string): Promise<number> {
    return this.#cursors.cursor(task, sink);
  }

  async notes(task: string, sink: string): Promise<ReadonlyMap<string, Plain>> {
    return this.#cursors.notes(task, sink);
  }

  async advance(
    task: string,
    sink: string,
    next: number,
    notes: ReadonlyMap<string, Plain | null> = new Map(),
  ): Promise<void> {
    await this.#cursors.write([task, sink], next, notes);
  }

  /** To a topic of its own, with the sink and its reason as headers. */
  async setAside(
    task: string,
    sink: string,
    { sequence, output, reason }: Committed & { readonly reason: string },
  ): Promise<void> {
    const topic = topicNames.undelivered(this.#group);
    const key = 'series' in output ? (output.series ?? null) : null;
    const headers = { sink, reason, task, sequence: String(sequence), 'content-type': 'application/json' };
    try {
      await this.#producer.send({ topic, messages: [{ key, value: JSON.stringify(output), headers }], acks: -1 });
    } catch (error) {
      throw kafkaFailure(error, topic);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#producer.disconnect().catch(() => {}), this.#wire.close().catch(() => {})]);
  }

  #passed(task: string, from: number): number {
    const empty = this.#emptyUpTo.get(task);
    return empty !== undefined && empty.from <= from ? Math.max(from, empty.next) : from;
  }

  /** Where what the sink should have next was deleted, what is left. */
  async #fetch({ topic, partition }: OutboxPlace, from: number): ReturnType<Wire['fetch']> {
    const request = { topic, partition, maxBytes: FETCH_BYTES, maxWaitMs: 0 };
    try {
      return await this.#wire.fetch({ ...request, from });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'kafka/offset-out-of-range') throw error;
      const earliest = await this.#wire.offset(topic, partition, 'earliest');
      if (from > 0) this.#report(error);
      return await this.#wire.fetch({ ...request, from: earliest });
    }
  }
}

function placeOf(task: string): OutboxPlace {
  const [, topic, partition] = PARTITION.exec(task) ?? [];
  if (topic === undefined) throw new TypeError(`${task} is no topic/partition`);
  return { topic, partition: Number(partition) };
}
