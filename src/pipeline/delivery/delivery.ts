import { DAY_MS } from '../../event/time.ts';
import type { Sink } from '../../sink/sink.ts';
import type { Committed, Outbox } from '../../store/store.ts';
import { BySchedule } from './by-schedule.ts';
import { DeliveryState } from './delivery-state.ts';
import { Firing } from './firing.ts';
import { InOrder } from './in-order.ts';
import { type Pace, wallPace } from './pace.ts';
import { type DeliveryEvents, type RetryPolicy, type SinkRoute, SinkWriter } from './sink-writer.ts';

/** Outputs that are read at a time at least, and written at most where the sink does not say. */
const BATCH = 500;
/** Longest single wait: timers overflow past 2³¹ ms. */
const LONGEST_MS = DAY_MS;

/** What a delivery depends on. */
export interface DeliveryParts {
  readonly store: Outbox;
  readonly events: DeliveryEvents;
  /** The wall clock's if absent. */
  readonly pace?: Pace;
}

/** What is known once the delivery state is read. */
interface Underway {
  readonly state: DeliveryState;
  readonly writer: SinkWriter;
  readonly policy: RetryPolicy;
  readonly firing: Firing | undefined;
}

/**
 * Brings committed outputs to a sink at the sink's own pace, each at least once, the steps of an alert in order. A sink
 * that fails is tried again by the remedy of its failure, and holds up nobody else.
 */
export class Delivery {
  readonly #route: SinkRoute;
  readonly #sink: Sink;
  readonly #store: Outbox;
  readonly #events: DeliveryEvents;
  readonly #pace: Pace;
  #next = 0;
  #underway: Underway | undefined;

  constructor(route: SinkRoute, sink: Sink, { store, events, pace = wallPace }: DeliveryParts) {
    this.#route = route;
    this.#sink = sink;
    this.#store = store;
    this.#events = events;
    this.#pace = pace;
  }

  /** Everything of the task below this is delivered, dead-lettered, or put off and kept. */
  get next(): number {
    return this.#next;
  }

  /** Outputs below `next` that wait for another try. */
  get waiting(): number {
    return this.#underway?.policy.waiting ?? 0;
  }

  get sink(): string {
    return this.#route.sink;
  }

  get task(): string {
    return this.#route.task;
  }

  /**
   * Ends when `stop` aborts, the sink is turned off, or all is delivered after `last` did: nothing more will be
   * committed.
   */
  async run(stop: AbortSignal, last: AbortSignal): Promise<void> {
    const either = AbortSignal.any([stop, last]);
    const underway = await this.#begin();
    while (!stop.aborted) {
      const complete = last.aborted;
      const committed = await this.#store.read(
        this.task,
        this.sink,
        this.#next,
        Math.max(BATCH, this.#sink.batch ?? 0),
      );
      if (committed.length > 0) {
        if (!(await this.#deliver(committed, underway, stop))) return;
      } else if (complete && underway.policy.waiting === 0) {
        return;
      } else {
        await this.#idle(underway, complete ? stop : either);
      }
      if (!(await this.#again(underway, stop))) return;
    }
  }

  async #begin(): Promise<Underway> {
    const { task, sink } = this.#route;
    const { retries, resendMs } = this.#sink;
    this.#next = await this.#store.cursor(task, sink);
    const state = new DeliveryState(await this.#store.deliveryState(task, sink));
    const firing = resendMs === undefined ? undefined : new Firing(resendMs, state, this.#pace.now());
    const parts = { store: this.#store, events: this.#events, pace: this.#pace, firing };
    const writer = new SinkWriter(this.#route, this.#sink, parts);
    const policy = retries === undefined ? new InOrder(writer) : new BySchedule(retries, writer, state);
    this.#underway = { state, writer, policy, firing };
    return this.#underway;
  }

  /** Whether the delivery continues. The cursor follows each write. */
  async #deliver(committed: readonly Committed[], underway: Underway, stop: AbortSignal): Promise<boolean> {
    const { outputs, streams } = this.#route;
    const wanted = committed.filter(
      ({ output: { kind, stream } }) => outputs.includes(kind) && (streams?.includes(stream) ?? true),
    );
    for (const batch of cut(wanted, this.#sink.batch ?? BATCH)) {
      if (!(await underway.policy.deliver(batch, stop))) return false;
      await this.#advance(batch[batch.length - 1].sequence + 1, underway);
    }
    await this.#advance(committed[committed.length - 1].sequence + 1, underway);
    return true;
  }

  async #advance(next: number, { state }: Underway): Promise<void> {
    if (next === this.#next && !state.changed) return;
    this.#next = next;
    await this.#store.advance(this.task, this.sink, next, state.take());
  }

  /** Until something is committed, or due again, or the signal aborts. */
  async #idle({ policy, firing }: Underway, signal: AbortSignal): Promise<void> {
    const due = [policy.dueIn(), firing?.dueIn(this.#pace.now())].filter((ms) => ms !== undefined);
    if (due.length === 0) return await this.#store.waitFor(this.task, this.sink, this.#next, signal);
    const cut = new AbortController();
    const end = () => cut.abort();
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    const committed = this.#store.waitFor(this.task, this.sink, this.#next, cut.signal);
    await Promise.race([committed, this.#pace.pause(Math.min(...due, LONGEST_MS), cut.signal)]);
    signal.removeEventListener('abort', end);
    end();
  }

  /** Tries again, and sends again, what is due. Whether the delivery continues. */
  async #again(underway: Underway, stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false;
    const continues = await underway.policy.resume(stop);
    await this.#advance(this.#next, underway);
    if (continues && underway.firing?.dueIn(this.#pace.now()) === 0)
      await this.#resend(underway, underway.firing, stop);
    return continues;
  }

  /** What fails here is tried again with the next round: the sink has them already. */
  async #resend({ writer }: Underway, firing: Firing, stop: AbortSignal): Promise<void> {
    firing.sent(this.#pace.now());
    for (const batch of cut(firing.alerts, this.#sink.batch ?? BATCH)) {
      const failure = await writer.again(batch, stop);
      if (stop.aborted) return;
      if (failure !== undefined) writer.failed(failure, firing.dueIn(this.#pace.now()) ?? 0);
    }
  }
}

function* cut(items: readonly Committed[], size: number): Iterable<readonly Committed[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
