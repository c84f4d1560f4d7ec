import { setTimeout } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import type { Failure } from '../errors/failure.ts';
import { connectKafka, type KafkaLog } from '../kafka/client.ts';
import { kafkaFailure } from '../kafka/failure.ts';
import { Membership, type Owned } from '../kafka/membership.ts';
import { backoffMs } from './backoff.ts';
import { GroupDeliveries } from './group-deliveries.ts';
import type { GroupPlan, TopicPlan } from './group-plan.ts';
import { prepareTopics } from './group-topics.ts';
import type { DeliveryEvents } from './handover.ts';
import { type PartitionEvents, PartitionTask, type Place } from './partition-task.ts';
import type { SinkPlan } from './plan.ts';
import type { Readiness, Service } from './service.ts';
import type { Task } from './task.ts';

/** A topic that is not found is asked for again so often. */
const MISSING_TRIES = 3;

/** Everything a member of a group tells: counted by the metrics, written to the log. */
export interface GroupEvents extends PartitionEvents, DeliveryEvents {
  /** All that this member has from now on. */
  assigned(places: readonly Place[]): void;
  readonly log: KafkaLog;
}

interface Running {
  readonly task: PartitionTask;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** One member of a consumer group: the tasks of the partitions that it has, as long as it has them. */
export class GroupRuntime implements Service {
  readonly #plan: GroupPlan;
  readonly #events: GroupEvents;
  readonly #kafka: Kafka;
  readonly #reading = new AbortController();
  readonly #leaving = new AbortController();
  readonly #running = new Map<string, Running>();
  /** Tasks that end; a partition that comes back waits for its own. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #errors: unknown[] = [];
  #deliveries: GroupDeliveries;
  /** Undefined until the deliveries begin. */
  #delivered: Promise<void> | undefined;
  #exchanging: Promise<void> = Promise.resolve();
  #joined = false;
  #graceMs = 0;

  constructor(plan: GroupPlan, events: GroupEvents) {
    this.#plan = plan;
    this.#events = events;
    this.#kafka = connectKafka(plan.kafka, events.log);
    this.#deliveries = new GroupDeliveries(plan, this.#kafka, events);
  }

  get tasks(): readonly Task[] {
    return [...this.#running.values()].flatMap(({ task }) => task.task ?? []);
  }

  get queues(): Service['queues'] {
    return this.#deliveries.queues;
  }

  get stopping(): boolean {
    return this.#reading.signal.aborted;
  }

  get readiness(): Readiness {
    const restoring = [...this.#running.values()]
      .filter(({ task }) => task.task?.state !== 'running')
      .map(({ task: { place } }) => `${place.topic}/${place.partition} restores its state`);
    const reasons = this.#joined ? restoring : ['the group has not given this member its partitions yet'];
    const stopping = this.stopping ? ['shutting down'] : [];
    return {
      started: reasons.length === 0,
      ready: reasons.length + stopping.length === 0,
      reasons: [...reasons, ...stopping],
    };
  }

  stop(graceMs: number): void {
    this.#graceMs = graceMs;
    this.#reading.abort();
  }

  /** Resolves after `stop`. @throws Failure of the first task that cannot go on */
  async run(): Promise<void> {
    const admin = this.#kafka.admin();
    try {
      const partitions = await this.#prepared(admin);
      if (partitions !== undefined) await this.#live(admin, partitions);
    } finally {
      await admin.disconnect().catch(() => {});
    }
    if (this.#errors.length > 0) throw this.#errors[0];
  }

  /** The partitions of each topic, once the brokers answer; undefined where `stop` came first. */
  async #prepared(admin: Admin): Promise<ReadonlyMap<string, number> | undefined> {
    const { signal } = this.#reading;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await admin.connect();
        return await prepareTopics(this.#plan, admin);
      } catch (error) {
        const failure = kafkaFailure(error, this.#plan.kafka.brokers.join(','));
        // A broker that has only just come back may not know yet what the others know.
        const perhapsMissing = failure.code === 'kafka/no-topic' && attempt < MISSING_TRIES;
        if (failure.remedy !== 'retry' && !perhapsMissing) throw failure;
        if (!perhapsMissing) this.#events.interrupted('the brokers', failure);
        await setTimeout(backoffMs(attempt, Math.random()), undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  /** Tasks come and go with the membership; it ends last, so that whoever takes over finds everything committed. */
  async #live(admin: Admin, partitions: ReadonlyMap<string, number>): Promise<void> {
    const { group, kafka, streams } = this.#plan;
    const topics = streams.map(({ source }) => source.topic);
    const membership: Membership = new Membership(
      this.#kafka,
      { group, topics, ...kafka },
      {
        assigned: (owned) =>
          this.#assign(owned, (plan, partition) => this.#task(plan, partition, { admin, partitions, membership })),
        interrupted: (failure: Failure) => this.#events.interrupted(`group ${group}`, failure),
      },
    );
    const member = membership.run(this.#leaving.signal).catch((error) => this.#fail(error));
    this.#deliver();
    await aborted(this.#reading.signal);
    while (this.#running.size + this.#ending.size > 0) {
      for (const key of [...this.#running.keys()]) this.#revoke(key);
      await Promise.all(this.#ending.values());
    }
    this.#leaving.abort();
    await member;
    await this.#exchanging;
    this.#deliveries.stop(this.#graceMs);
    await this.#delivered;
  }

  exchange(sinks: readonly SinkPlan[]): Promise<void> {
    this.#exchanging = this.#exchanging.then(() => this.#exchange(sinks));
    return this.#exchanging;
  }

  async #exchange(sinks: readonly SinkPlan[]): Promise<void> {
    if (this.stopping) return;
    if (this.#delivered !== undefined) this.#deliveries.stop(0);
    await this.#delivered;
    this.#deliveries = new GroupDeliveries({ ...this.#plan, sinks }, this.#kafka, this.#events);
    if (this.#delivered !== undefined) this.#deliver();
  }

  #deliver(): void {
    this.#delivered = this.#deliveries.run().catch((error) => this.#fail(error));
  }

  #task(
    plan: TopicPlan,
    partition: number,
    {
      admin,
      partitions,
      membership,
    }: { admin: Admin; partitions: ReadonlyMap<string, number>; membership: Membership },
  ): PartitionTask {
    const { group, kafka, limits } = this.#plan;
    return new PartitionTask({
      kafka: this.#kafka,
      group,
      plan,
      partition,
      limits,
      partitions,
      transactionTimeoutMs: kafka.transaction_timeout,
      compression: kafka.compression,
      groupOffset: (topic, place) => groupOffset(admin, group, { topic, partition: place }),
      heard: (signal) => membership.heard(signal),
      events: this.#events,
    });
  }

  /** A task that is kept goes on; one that is gone ends its commit; a new one starts. */
  #assign(owned: Owned, make: (plan: TopicPlan, partition: number) => PartitionTask): void {
    if (this.stopping) return;
    const wanted = new Map<string, () => PartitionTask>();
    for (const plan of this.#plan.streams) {
      const { topic } = plan.source;
      for (const partition of owned[topic] ?? []) wanted.set(`${topic}/${partition}`, () => make(plan, partition));
    }
    for (const key of [...this.#running.keys()]) if (!wanted.has(key)) this.#revoke(key);
    for (const [key, task] of wanted) if (!this.#running.has(key)) this.#start(key, task());
    this.#joined = true;
    this.#events.assigned([...this.#running.values()].map(({ task }) => task.place));
  }

  #start(key: string, task: PartitionTask): void {
    const stop = new AbortController();
    const before = this.#ending.get(key) ?? Promise.resolve();
    const ended = before.then(() => task.run(stop.signal)).catch((error) => this.#fail(error));
    this.#running.set(key, { task, stop, ended });
  }

  #revoke(key: string): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    running.stop.abort();
    const ending = running.ended.then(() => {
      if (this.#ending.get(key) === ending) this.#ending.delete(key);
    });
    this.#ending.set(key, ending);
  }

  #fail(error: unknown): void {
    this.#errors.push(error);
    this.#reading.abort();
  }
}

async function groupOffset(
  admin: Admin,
  groupId: string,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): Promise<number | undefined> {
  try {
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? -1);
    return offset < 0 ? undefined : offset;
  } catch (error) {
    throw kafkaFailure(error, `${topic}/${partition}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
