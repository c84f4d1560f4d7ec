import type { Sink } from '../sink/sink.ts';
import type { Store } from '../state/store.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryEvents } from './handover.ts';
import type { SinkPlan } from './plan.ts';

/** What the deliveries of an embedded run stand on. */
export interface DeliveriesParts {
  readonly store: Store;
  readonly events: DeliveryEvents;
  /** Names of the tasks whose outboxes are delivered. */
  readonly tasks: readonly string[];
  /** Aborts where nothing more is to be delivered, and where nothing more will be committed. */
  readonly stop: AbortSignal;
  readonly last: AbortSignal;
}

/** One set of sinks, as long as it is served. */
interface Round {
  readonly sinks: readonly Sink[];
  readonly deliveries: readonly Delivery[];
  readonly leave: AbortController;
  readonly ended: Promise<unknown>;
}

/** Brings the outboxes of all tasks to a set of sinks, which can be exchanged while they run. */
export class Deliveries {
  readonly #parts: DeliveriesParts;
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  #round: Round;
  #exchanging: Promise<void> = Promise.resolve();

  private constructor(parts: DeliveriesParts, round: Round) {
    this.#parts = parts;
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
    this.#round = this.#watched(round);
  }

  /** Opens the sinks and begins. @throws Failure of the first that cannot be opened */
  static async start(plans: readonly SinkPlan[], parts: DeliveriesParts): Promise<Deliveries> {
    return new Deliveries(parts, await begun(plans, parts));
  }

  /** Of the sinks that are served now, or were last. */
  get list(): readonly Delivery[] {
    return this.#round.deliveries;
  }

  /** Resolves when all is delivered after `last`, or after `stop`; the sinks are closed then. @throws what a delivery or an exchange threw */
  async ended(): Promise<void> {
    try {
      await Promise.race([this.#failed, this.#finished()]);
    } finally {
      await closeAll(this.#round.sinks);
    }
  }

  /** Serves other sinks from now on, each from where the one of its name stood. @throws Failure as `start`, and `ended` does too then */
  exchange(plans: readonly SinkPlan[]): Promise<void> {
    this.#exchanging = this.#exchanging.then(() => this.#exchange(plans));
    this.#exchanging.catch(this.#fail);
    return this.#exchanging;
  }

  async #finished(): Promise<void> {
    const { stop, last } = this.#parts;
    await aborted(AbortSignal.any([stop, last]));
    await this.#exchanging;
    await this.#round.ended;
  }

  async #exchange(plans: readonly SinkPlan[]): Promise<void> {
    const { stop, last } = this.#parts;
    if (stop.aborted || last.aborted) return;
    const { leave, ended, sinks } = this.#round;
    leave.abort();
    await ended;
    await closeAll(sinks);
    this.#round = this.#watched(await begun(plans, this.#parts));
  }

  #watched(round: Round): Round {
    round.ended.catch(this.#fail);
    return round;
  }
}

async function begun(
  plans: readonly SinkPlan[],
  { tasks, store, events, stop, last }: DeliveriesParts,
): Promise<Round> {
  const leave = new AbortController();
  const either = AbortSignal.any([stop, leave.signal]);
  const sinks: Sink[] = [];
  const deliveries: Delivery[] = [];
  try {
    for (const { name, outputs, streams, open } of plans) {
      const sink = await open();
      sinks.push(sink);
      const wanted = tasks.filter((task) => streams === undefined || streams.includes(task));
      for (const task of wanted) deliveries.push(new Delivery({ task, sink: name, outputs }, sink, { store, events }));
    }
  } catch (error) {
    await closeAll(sinks);
    throw error;
  }
  return { sinks, deliveries, leave, ended: Promise.all(deliveries.map((delivery) => delivery.run(either, last))) };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function closeAll(sinks: readonly Sink[]): Promise<void> {
  await Promise.all(sinks.map((sink) => sink.close()));
}
