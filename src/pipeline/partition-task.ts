import { setTimeout } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { Changelog } from '../kafka/changelog.ts';
import type { Compression } from '../kafka/compression.ts';
import { isPassing } from '../kafka/failure.ts';
import { topicNames, transactionalId } from '../kafka/names.ts';
import { PartitionReader } from '../kafka/reader.ts';
import { Transactions } from '../kafka/transactions.ts';
import { Wire } from '../kafka/wire.ts';
import { backoffMs } from './backoff.ts';
import type { TopicPlan } from './group-plan.ts';
import type { CommitLimits } from './plan.ts';
import { Task } from './task.ts';
import type { TaskEvents } from './task-events.ts';

/** One partition of one stream's topic. */
export interface Place {
  readonly stream: string;
  readonly topic: string;
  readonly partition: number;
}

/** What the tasks of a group tell beside what every task tells. */
export interface PartitionEvents extends TaskEvents {
  /** A restore that takes long. */
  restoring(place: Place, progress: { readonly read: number; readonly of: number; readonly bytes: number }): void;
  lag(place: Place, records: number): void;
}

/** What a partition's task stands on. */
export interface PartitionParts {
  readonly kafka: Kafka;
  readonly group: string;
  readonly plan: TopicPlan;
  readonly partition: number;
  readonly limits: CommitLimits;
  /** Of each topic that is written to. */
  readonly partitions: ReadonlyMap<string, number>;
  readonly transactionTimeoutMs: number;
  readonly compression: Compression;
  readonly groupOffset: (topic: string, partition: number) => Promise<number | undefined>;
  /** Resolves when the group next hears of this member. */
  readonly heard: (signal: AbortSignal) => Promise<void>;
  readonly events: PartitionEvents;
}

/**
 * Keeps the task of one partition going: fence, restore, read, commit; and whatever fails in a way that may pass, from the fence again with
 * nothing kept, for what was in memory is worth nothing once the outcome of a commit is unknown.
 */
export class PartitionTask {
  readonly place: Place;
  readonly #parts: PartitionParts;
  #task: Task | undefined;

  constructor(parts: PartitionParts) {
    this.#parts = parts;
    const { plan, partition } = parts;
    this.place = { stream: plan.detector.stream, topic: plan.source.topic, partition };
  }

  /** The task as it lives now; another after each failure. */
  get task(): Task | undefined {
    return this.#task;
  }

  /** Ends after a last commit once `signal` aborts. @throws Failure that does not pass */
  async run(signal: AbortSignal): Promise<void> {
    const { events, heard } = this.#parts;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const began = performance.now();
      const failure = await this.#life(signal);
      if (failure === undefined || signal.aborted) return;
      if (!isPassing(failure)) throw failure;
      events.interrupted(`${this.place.topic}/${this.place.partition}`, failure);
      // Else an evicted member and its successor would fence each other for ever.
      if (failure.code === 'kafka/fenced' || failure.code === 'kafka/commit-too-long') await heard(signal);
      if (performance.now() - began > 60_000) attempt = 0;
      await setTimeout(backoffMs(attempt, Math.random()) / 2, undefined, { signal }).catch(() => {});
    }
  }

  /** One life of the task: until the signal aborts, or what it died of. */
  async #life(signal: AbortSignal): Promise<Failure | undefined> {
    const { kafka, group, transactionTimeoutMs: timeoutMs, compression } = this.#parts;
    const { stream, topic, partition } = this.place;
    const wire = new Wire(kafka);
    let transactions: Transactions | undefined;
    try {
      await wire.connect([topic, topicNames.changelog(group, stream)]);
      const id = transactionalId(group, topic, partition);
      const topics = this.#outputTopics();
      transactions = await Transactions.fence(kafka, { id, timeoutMs, compression, topics }, signal);
      await this.#revive(wire, transactions, signal).run(signal);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    } finally {
      this.#task = undefined;
      await Promise.all([transactions?.close().catch(() => {}), wire.close().catch(() => {})]);
    }
  }

  #outputTopics(): readonly string[] {
    const { group } = this.#parts;
    const { stream, topic } = this.place;
    const { scores, alerts, changelog, deadLetters } = topicNames;
    return [scores(group), alerts(group), changelog(group, stream), deadLetters(topic)];
  }

  #revive(wire: Wire, transactions: Transactions, signal: AbortSignal): Task {
    const { group, plan, partitions, limits, events, groupOffset } = this.#parts;
    const { place } = this;
    const { stream, topic, partition } = place;
    const interrupted = (failure: Failure) => events.interrupted(`${topic}/${partition}`, failure);
    const store = new Changelog({
      wire,
      transactions,
      origin: { group, stream, topic, partition, partitions },
      start: plan.source.start,
      onForeign: plan.source.on_foreign_state,
      groupOffset: () => groupOffset(topic, partition),
      restoring: (progress) => events.restoring(place, progress),
      report: interrupted,
      signal,
    });
    const options = { topic, partition, onLost: plan.source.on_lost_offset };
    const reader = new PartitionReader(wire, options, { lag: (records) => events.lag(place, records), interrupted });
    const { decode, detector, engines, openSchemas } = plan;
    this.#task = new Task({
      name: `${stream}/${partition}`,
      plan: { decode, detector, engines, openSchemas, openSource: async () => reader },
      limits,
      store,
      events,
    });
    return this.#task;
  }
}
