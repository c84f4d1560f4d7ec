import { Failure } from '../../errors/failure.ts';
import type { Output } from '../../event/output.ts';
import type { NumberedOutput, Sink } from '../../sink/sink.ts';
import type { Committed, Outbox } from '../../store/store.ts';
import type { Firing } from './firing.ts';
import type { Pace } from './pace.ts';

/** What a delivery reports to whoever counts. */
export interface DeliveryEvents {
  delivered(sink: string, outputs: number): void;
  /** Alerts that still fire were sent again. */
  resent(sink: string, outputs: number): void;
  deadLetter(sink: string, failure: Failure, item: NumberedOutput): void;
  /**
   * The batch is delivered, all but so many points, which the receiver will never take; absent where nobody counts
   * them.
   */
  dropped?(sink: string, failure: Failure, points: number): void;
  failed(sink: string, failure: Failure, retryInMs: number): void;
  /** The sink is given nothing more until the next start. */
  turnedOff(sink: string, failure: Failure): void;
}

/** The way from one task's outbox to one sink. */
export interface SinkRoute {
  readonly task: string;
  readonly sink: string;
  readonly outputs: readonly Output['kind'][];
  /** Of which streams; of all where absent. */
  readonly streams?: readonly string[] | undefined;
}

/** What a writer depends on. */
export interface SinkWriterParts {
  readonly store: Pick<Outbox, 'deadLetter'>;
  readonly events: DeliveryEvents;
  readonly pace: Pace;
  /** Of a sink that receives firing alerts again and again. */
  readonly firing?: Firing | undefined;
}

/** Writes outputs to a sink, one try at a time, and reports what became of them. */
export class SinkWriter {
  readonly #route: SinkRoute;
  readonly #sink: Sink;
  readonly #parts: SinkWriterParts;

  constructor(route: SinkRoute, sink: Sink, parts: SinkWriterParts) {
    this.#route = route;
    this.#sink = sink;
    this.#parts = parts;
  }

  get pace(): Pace {
    return this.#parts.pace;
  }

  /** The failure, where the sink did not take them. */
  async try(batch: readonly Committed[], stop: AbortSignal): Promise<Failure | undefined> {
    const failure = await this.#write(batch, stop);
    const dropped = failure?.dropped;
    if (failure === undefined || dropped !== undefined) {
      this.#parts.firing?.delivered(batch, this.pace.now());
      this.#parts.events.delivered(this.#route.sink, batch.length);
      if (failure !== undefined && dropped !== undefined) {
        this.#parts.events.dropped?.(this.#route.sink, failure, dropped);
      }
      return undefined;
    }
    return failure;
  }

  /** The same for alerts that the sink has already. */
  async again(batch: readonly Committed[], stop: AbortSignal): Promise<Failure | undefined> {
    const failure = await this.#write(batch, stop);
    if (failure === undefined) this.#parts.events.resent(this.#route.sink, batch.length);
    return failure;
  }

  /** Dead-letters an output that the sink refuses. */
  async deadLetter(item: Committed, failure: Failure): Promise<void> {
    const { task, sink } = this.#route;
    const { sequence, output } = item;
    await this.#parts.store.deadLetter(task, sink, { sequence, output, reason: failure.message });
    this.#parts.firing?.deadLetter(item);
    this.#parts.events.deadLetter(sink, failure, item);
  }

  failed(failure: Failure, retryInMs: number): void {
    this.#parts.events.failed(this.#route.sink, failure, retryInMs);
  }

  turnedOff(failure: Failure): void {
    this.#parts.events.turnedOff(this.#route.sink, failure);
  }

  async #write(batch: readonly Committed[], stop: AbortSignal): Promise<Failure | undefined> {
    try {
      await this.#sink.write(batch, stop);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }
}

/** How a sink is served once a try fails. */
export interface RetryPolicy {
  /**
   * Whether each of the batch was delivered, dead-lettered, or put off; else the delivery ends: it was stopped, or the
   * sink is off.
   */
  deliver(batch: readonly Committed[], stop: AbortSignal): Promise<boolean>;
  /** Tries what was put off and is due. Whether the delivery continues. */
  resume(stop: AbortSignal): Promise<boolean>;
  /** How long until something is due, ms; undefined where nothing was put off. */
  dueIn(): number | undefined;
  /** How many were put off. */
  readonly waiting: number;
}

/** A receiver that asks to come again sooner is served by our own wait. */
const LEAST_ASKED_MS = 1_000;

/** The wait before the next try: as long as the receiver asked for, to the second, or else the one that was planned. */
export function waitMs(plannedMs: number, { retryAfterMs = 0 }: Failure): number {
  return retryAfterMs < LEAST_ASKED_MS ? plannedMs : retryAfterMs;
}
