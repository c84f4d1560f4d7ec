import { setTimeout } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import { isPassing } from '../kafka/failure.ts';
import { Membership, type Owned } from '../kafka/membership.ts';
import { deliveryGroup, topicNames } from '../kafka/names.ts';
import { type OutboxPlace, TopicOutbox } from '../kafka/outbox.ts';
import type { Sink } from '../sink/sink.ts';
import { backoffMs } from './backoff.ts';
import { Delivery } from './delivery.ts';
import type { GroupPlan } from './group-plan.ts';
import type { DeliveryEvents } from './handover.ts';
import type { SinkPlan } from './plan.ts';
import type { Service } from './service.ts';

/** What the deliveries of a group tell. */
export interface GroupDeliveryEvents extends DeliveryEvents {
  interrupted(where: string, failure: Failure): void;
}

interface Running {
  readonly place: OutboxPlace;
  readonly stop: AbortController;
  readonly deliveries: readonly Delivery[];
  readonly ended: Promise<unknown>;
}

/**
 * Brings what the group has committed to its sinks: the partitions of the output topics are shared out among the members by a consumer
 * group of their own, and each is read for each sink at that sink's own pace.
 */
export class GroupDeliveries {
  readonly #plan: GroupPlan;
  readonly #kafka: Kafka;
  readonly #events: GroupDeliveryEvents;
  readonly #last = new AbortController();
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Running>();
  /** Deliveries of places that went elsewhere; one that comes back waits for its own. */
  readonly #ending = new Map<string, Promise<unknown>>();
  readonly #sinks = new Map<SinkPlan, Sink>();
  #outbox: TopicOutbox | undefined;
  #error: unknown;

  constructor(plan: GroupPlan, kafka: Kafka, events: GroupDeliveryEvents) {
    this.#plan = plan;
    this.#kafka = kafka;
    this.#events = events;
  }

  get queues(): Service['queues'] {
    const deliveries = [...this.#running.values()].flatMap((running) => running.deliveries);
    return this.#plan.sinks.map(({ name: sink }) => {
      const own = deliveries.filter((delivery) => delivery.sink === sink);
      const waiting = own.reduce((sum, delivery) => sum + delivery.waiting, 0);
      const ahead = own.map(({ task, next }) => this.#outbox?.pending(task, next) ?? 0);
      return { sink, queued: ahead.reduce((sum, each) => sum + each, waiting), waiting };
    });
  }

  /** Nothing more will be committed here: ends once what is committed is delivered, or after `graceMs`. */
  stop(graceMs: number): void {
    this.#last.abort();
    globalThis.setTimeout(() => this.#stop.abort(), graceMs).unref();
  }

  /** Resolves after `stop`. @throws Failure that does not pass */
  async run(): Promise<void> {
    const { group, kafka, sinks } = this.#plan;
    const topics = this.#topics();
    if (topics.length === 0) return;
    try {
      for (const plan of sinks) this.#sinks.set(plan, await plan.open());
      this.#outbox = await this.#opened(topics);
      if (this.#outbox === undefined) return;
      const watching = this.#outbox.watch(
        () => [...this.#running.values()].map(({ place }) => place),
        this.#stop.signal,
      );
      const membership = new Membership(
        this.#kafka,
        { group: deliveryGroup(group), topics, ...kafka },
        { assigned: (owned) => this.#assign(owned), interrupted: (failure) => this.#interrupted(failure) },
      );
      const leaving = new AbortController();
      const member = membership.run(leaving.signal).catch((error) => this.#fail(error));
      await this.#drained();
      leaving.abort();
      await Promise.all([member, watching]);
    } finally {
      this.#stop.abort();
      await Promise.all([...this.#sinks.values()].map((sink) => sink.close()));
      await this.#outbox?.close();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Once the brokers answer; undefined where `stop` came first. */
  async #opened(topics: readonly string[]): Promise<TopicOutbox | undefined> {
    const { group } = this.#plan;
    for (let attempt = 0; !this.#last.signal.aborted; attempt++) {
      try {
        return await TopicOutbox.open(this.#kafka, { group, topics }, (failure) => this.#interrupted(failure));
      } catch (error) {
        if (!(error instanceof Failure) || !isPassing(error)) throw error;
        this.#interrupted(error);
        await setTimeout(backoffMs(attempt, Math.random()), undefined, { signal: this.#last.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => resolve();
      for (const { signal } of [this.#last, this.#stop]) {
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
      }
    });
    await Promise.all([...[...this.#running.values()].map(({ ended }) => ended), ...this.#ending.values()]);
    this.#stop.abort();
  }

  /** The topics that some sink wants something of. */
  #topics(): readonly string[] {
    const { group, streams, sinks } = this.#plan;
    const wants = (kind: Output['kind']) => sinks.some(({ outputs }) => outputs.includes(kind));
    return [
      ...(wants('score') ? [topicNames.scores(group)] : []),
      ...(wants('alert') ? [topicNames.alerts(group)] : []),
      ...(wants('reject') ? streams.map(({ source }) => topicNames.deadLetters(source.topic)) : []),
    ];
  }

  #assign(owned: Owned): void {
    if (this.#last.signal.aborted) return;
    const wanted = new Map<string, OutboxPlace>();
    for (const [topic, partitions] of Object.entries(owned)) {
      for (const partition of partitions) wanted.set(`${topic}/${partition}`, { topic, partition });
    }
    for (const [task, running] of this.#running) {
      if (wanted.has(task)) continue;
      this.#running.delete(task);
      running.stop.abort();
      this.#ending.set(task, running.ended);
    }
    for (const [task, place] of wanted) if (!this.#running.has(task)) this.#start(task, place);
  }

  #start(task: string, place: OutboxPlace): void {
    const outbox = this.#outbox;
    if (outbox === undefined) return;
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, this.#stop.signal]);
    const parts = { store: outbox, events: this.#events };
    const deliveries = [...this.#sinks]
      .filter(([{ outputs }]) => outputs.includes(this.#kindOf(place.topic)))
      .map(([{ name, outputs, streams }, sink]) => new Delivery({ task, sink: name, outputs, streams }, sink, parts));
    const before = this.#ending.get(task) ?? Promise.resolve();
    const ended = before.then(() => Promise.all(deliveries.map((delivery) => this.#keep(delivery, either))));
    this.#running.set(task, { place, stop, deliveries, ended });
  }

  /** Brokers that do not answer are asked again. */
  async #keep(delivery: Delivery, stop: AbortSignal): Promise<void> {
    for (let attempt = 0; !stop.aborted; attempt++) {
      try {
        return await delivery.run(stop, this.#last.signal);
      } catch (error) {
        if (!(error instanceof Failure) || !isPassing(error)) return this.#fail(error);
        this.#events.interrupted(`${delivery.sink} of ${delivery.task}`, error);
        await setTimeout(backoffMs(attempt, Math.random()), undefined, { signal: stop }).catch(() => {});
      }
    }
  }

  #kindOf(topic: string): Output['kind'] {
    if (topic === topicNames.scores(this.#plan.group)) return 'score';
    return topic === topicNames.alerts(this.#plan.group) ? 'alert' : 'reject';
  }

  #interrupted(failure: Failure): void {
    this.#events.interrupted(`deliveries of ${this.#plan.group}`, failure);
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#last.abort();
    this.#stop.abort();
  }
}
