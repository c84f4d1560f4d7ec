import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { Delivery as Item, Sink } from '../sink/sink.ts';
import type { Committed, Outbox } from '../state/store.ts';
import { backoffMs, type Pace, wallPace } from './backoff.ts';

/** Outputs a write is given at most, where the sink does not say. */
const BATCH = 500;
/** What only a person can mend is tried again this often, for the mending may happen on the other side. */
const MENDED_MS = 60_000;

/** What a delivery tells whoever counts. */
export interface DeliveryEvents {
  delivered(sink: string, outputs: number): void;
  setAside(sink: string, failure: Failure, item: Item): void;
  failed(sink: string, failure: Failure, retryInMs: number): void;
}

/** What a delivery stands on. */
export interface DeliveryParts {
  readonly store: Outbox;
  readonly events: DeliveryEvents;
  /** The wall clock's if absent. */
  readonly pace?: Pace;
}

/** The way from one task's outbox to one sink. */
export interface Route {
  readonly task: string;
  readonly sink: string;
  readonly outputs: readonly Output['kind'][];
}

/**
 * Brings committed outputs to a sink at the sink's own pace, each at least once, in order. A sink that fails is tried again by the remedy
 * of its failure, and holds up nobody else.
 */
export class Delivery {
  readonly #route: Route;
  readonly #sink: Sink;
  readonly #store: Outbox;
  readonly #events: DeliveryEvents;
  readonly #pace: Pace;
  #next = 0;

  constructor(route: Route, sink: Sink, { store, events, pace = wallPace }: DeliveryParts) {
    this.#route = route;
    this.#sink = sink;
    this.#store = store;
    this.#events = events;
    this.#pace = pace;
  }

  /** Everything of the task below this is delivered or set aside. */
  get next(): number {
    return this.#next;
  }

  get sink(): string {
    return this.#route.sink;
  }

  get task(): string {
    return this.#route.task;
  }

  /** Ends when `stop` aborts, or when all is delivered after `last` did: nothing more will be committed. */
  async run(stop: AbortSignal, last: AbortSignal): Promise<void> {
    const { task, sink, outputs } = this.#route;
    const either = AbortSignal.any([stop, last]);
    this.#next = await this.#store.cursor(task, sink);
    while (!stop.aborted) {
      await this.#store.waitFor(task, this.#next, either);
      const committed = await this.#store.read(task, this.#next, this.#sink.batch ?? BATCH);
      if (committed.length === 0) {
        if (last.aborted) return;
        continue;
      }
      const wanted = committed.filter(({ output }) => outputs.includes(output.kind));
      if (wanted.length > 0 && !(await this.#deliver(wanted, stop))) return;
      this.#next = committed[committed.length - 1].sequence + 1;
      await this.#store.advance(task, sink, this.#next);
    }
  }

  /** Whether all of it was delivered or set aside before `stop`. */
  async #deliver(batch: readonly Committed[], stop: AbortSignal): Promise<boolean> {
    for (let attempt = 0; !stop.aborted; attempt++) {
      const failure = await this.#try(batch, stop);
      if (failure === undefined) return true;
      // Cut short by us: no fault of the sink's.
      if (stop.aborted) return false;
      if (failure.remedy === 'skip-record') return await this.#narrow(batch, failure, stop);
      const mended = failure.remedy === 'retry' ? backoffMs(attempt, this.#pace.jitter()) : MENDED_MS;
      const wait = Math.max(mended, failure.retryAfterMs ?? 0);
      this.#events.failed(this.#route.sink, failure, wait);
      await this.#pace.pause(wait, stop);
    }
    return false;
  }

  async #try(batch: readonly Committed[], stop: AbortSignal): Promise<Failure | undefined> {
    try {
      await this.#sink.write(batch, stop);
      this.#events.delivered(this.#route.sink, batch.length);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  /** Cuts a refused batch in halves until the culprit stands alone. */
  async #narrow(batch: readonly Committed[], failure: Failure, stop: AbortSignal): Promise<boolean> {
    if (batch.length > 1) {
      const half = batch.length >> 1;
      return (await this.#deliver(batch.slice(0, half), stop)) && (await this.#deliver(batch.slice(half), stop));
    }
    const [item] = batch;
    const { task, sink } = this.#route;
    await this.#store.setAside(task, sink, { ...item, reason: failure.message });
    this.#events.setAside(sink, failure, item);
    return true;
  }
}
