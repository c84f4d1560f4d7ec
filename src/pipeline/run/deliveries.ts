import { aborted } from '../../async/aborted.ts';
import { pause, usualBackoff } from '../../async/backoff.ts';
import { retry } from '../../async/retry.ts';
import { Serial } from '../../async/serial.ts';
import type { Failure } from '../../errors/failure.ts';
import type { Sink } from '../../sink/sink.ts';
import type { Backend, OutboxPartition, SharedOutbox } from '../../store/backend.ts';
import { Delivery } from '../delivery/delivery.ts';
import type { DeliveryEvents } from '../delivery/sink-writer.ts';
import type { SinkPlan } from '../plan.ts';
import { Assigned, type Work } from './assigned.ts';
import type { Queue } from './service.ts';

/** Of an outbox that fails; sinks have waits of their own. */
const BACKOFF = { ...usualBackoff, longestMs: 3_000 };
const TRIM_EVERY_MS = 10_000;

/** What deliveries report. */
export interface DeliveriesEvents extends DeliveryEvents {
  /** Something failed, and is tried again. */
  interrupted(where: string, failure: Failure): void;
}

/** What deliveries depend on. */
export interface DeliveriesParts {
  readonly backend: Backend;
  readonly events: DeliveriesEvents;
  /** Aborts where nothing more is to be delivered, and where nothing more will be committed. */
  readonly stop: AbortSignal;
  readonly last: AbortSignal;
  /** Called with what no other try can help; `stop` then aborts. */
  readonly fail: (error: unknown) => void;
}

/** Delivers the outbox to a set of sinks, which can be exchanged while they are served. */
export class Deliveries {
  readonly #parts: DeliveriesParts;
  readonly #exchanging = new Serial();
  #round: Round;

  private constructor(parts: DeliveriesParts, round: Round) {
    this.#parts = parts;
    this.#round = round;
  }

  /** Opens the sinks and begins. @throws Failure of the first that cannot be opened */
  static async start(plans: readonly SinkPlan[], parts: DeliveriesParts): Promise<Deliveries> {
    return new Deliveries(parts, await Round.start(plans, parts));
  }

  get queues(): readonly Queue[] {
    return this.#round.queues;
  }

  /** Resolves when all is delivered after `last`, or after `stop`; the sinks are closed then. */
  async ended(): Promise<void> {
    const { stop, last } = this.#parts;
    await aborted(AbortSignal.any([stop, last]));
    await this.#exchanging.idle();
    await this.#round.ended;
  }

  /**
   * Serves other sinks from now on, each from where the one of its name was. @throws Failure as `start`, and `fail`
   * learns of it too
   */
  exchange(plans: readonly SinkPlan[]): Promise<void> {
    return this.#exchanging.run(() => this.#exchange(plans));
  }

  async #exchange(plans: readonly SinkPlan[]): Promise<void> {
    const { stop, last, fail } = this.#parts;
    if (stop.aborted || last.aborted) return;
    await this.#round.leave();
    try {
      this.#round = await Round.start(plans, this.#parts);
    } catch (error) {
      fail(error);
      throw error;
    }
  }
}

/** One set of sinks, as long as it is served. */
class Round {
  readonly ended: Promise<void>;
  readonly #plans: readonly SinkPlan[];
  readonly #sinks: readonly Sink[];
  readonly #parts: DeliveriesParts;
  readonly #leaving = new AbortController();
  /** Aborts where nothing more is to be delivered by this round. */
  readonly #stop: AbortSignal;
  #outbox: SharedOutbox | undefined;
  #partitions: Assigned<OutboxPartition, PartitionDeliveries> | undefined;

  private constructor(plans: readonly SinkPlan[], sinks: readonly Sink[], parts: DeliveriesParts) {
    this.#plans = plans;
    this.#sinks = sinks;
    this.#parts = parts;
    this.#stop = AbortSignal.any([parts.stop, this.#leaving.signal]);
    this.ended = this.#run().catch(parts.fail);
  }

  static async start(plans: readonly SinkPlan[], parts: DeliveriesParts): Promise<Round> {
    const sinks: Sink[] = [];
    try {
      for (const { open } of plans) sinks.push(await open());
    } catch (error) {
      await closeAll(sinks);
      throw error;
    }
    return new Round(plans, sinks, parts);
  }

  get queues(): readonly Queue[] {
    const deliveries = this.#partitions?.list.flatMap((partition) => partition.deliveries) ?? [];
    return this.#plans.map(({ name: sink }) => {
      const own = deliveries.filter((delivery) => delivery.sink === sink);
      const waiting = own.reduce((sum, delivery) => sum + delivery.waiting, 0);
      const ahead = own.map(({ task, next }) => this.#outbox?.pending(task, sink, next) ?? 0);
      return { sink, queued: ahead.reduce((sum, each) => sum + each, waiting), waiting };
    });
  }

  leave(): Promise<void> {
    this.#leaving.abort();
    return this.ended;
  }

  async #run(): Promise<void> {
    const { backend, last } = this.#parts;
    const end = AbortSignal.any([this.#stop, last]);
    const kinds = new Set(this.#plans.flatMap(({ outputs }) => outputs));
    try {
      this.#outbox = await backend.openOutbox(kinds, end);
      if (this.#outbox !== undefined) await this.#serve(this.#outbox, end);
    } finally {
      await closeAll(this.#sinks);
      await this.#outbox?.close();
    }
  }

  /** Until nothing more is to come and all is delivered. The share of the outbox is given back last. */
  async #serve(outbox: SharedOutbox, end: AbortSignal): Promise<void> {
    const { fail } = this.#parts;
    const partitions = new Assigned((partition: OutboxPartition) => this.#deliveriesOf(partition, outbox), fail);
    this.#partitions = partitions;
    partitions.assign(outbox.partitions);
    const released = new AbortController();
    const following = this.#follow(outbox, released.signal, end).catch(fail);
    const trimming = this.#trim(outbox, end).catch(fail);
    await aborted(end);
    await partitions.ended();
    released.abort();
    await Promise.all([following, trimming]);
  }

  async #follow(outbox: SharedOutbox, released: AbortSignal, end: AbortSignal): Promise<void> {
    for await (const partitions of outbox.assignments(released)) if (!end.aborted) this.#partitions?.assign(partitions);
  }

  #deliveriesOf(partition: OutboxPartition, outbox: SharedOutbox): PartitionDeliveries {
    const { events } = this.#parts;
    const deliveries = this.#plans.flatMap(({ name: sink, outputs, streams }, n): readonly Delivery[] => {
      const wantsKind = partition.kinds.some((kind) => outputs.includes(kind));
      const wantsStream = partition.streams?.some((stream) => streams?.includes(stream) ?? true) ?? true;
      if (!wantsKind || !wantsStream) return [];
      return [
        new Delivery({ task: partition.name, sink, outputs, streams }, this.#sinks[n], { store: outbox, events }),
      ];
    });
    return new PartitionDeliveries(partition.name, deliveries, { ...this.#parts, stop: this.#stop });
  }

  /** Lets the outbox forget, now and then, what every sink has passed: all of a partition that has none. */
  async #trim(outbox: SharedOutbox, end: AbortSignal): Promise<void> {
    if (outbox.trim === undefined) return;
    while (!end.aborted) {
      await pause(TRIM_EVERY_MS, end);
      for (const { name, deliveries } of this.#partitions?.list ?? []) {
        await outbox.trim(name, Math.min(Number.POSITIVE_INFINITY, ...deliveries.map(({ next }) => next)));
      }
    }
  }
}

/** One partition of the outbox, for each sink that wants something of it. */
class PartitionDeliveries implements Work {
  readonly name: string;
  readonly deliveries: readonly Delivery[];
  readonly #parts: DeliveriesParts;

  constructor(name: string, deliveries: readonly Delivery[], parts: DeliveriesParts) {
    this.name = name;
    this.deliveries = deliveries;
    this.#parts = parts;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { stop, last, backend, events, fail } = this.#parts;
    const either = AbortSignal.any([signal, stop]);
    const all = this.deliveries.map((delivery) =>
      retry(() => delivery.run(either, last), {
        signal: either,
        isTransient: (failure) => backend.isTransient(failure),
        failed: (failure) => events.interrupted(`${delivery.sink} of ${delivery.task}`, failure),
        backoff: BACKOFF,
      }).catch(fail),
    );
    await Promise.all(all);
  }
}

async function closeAll(sinks: readonly Sink[]): Promise<void> {
  await Promise.all(sinks.map((sink) => sink.close()));
}
