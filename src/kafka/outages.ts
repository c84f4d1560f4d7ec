import type { Failure } from '../errors/failure.ts';

/** What is reported of an outage. */
export interface OutageEvents {
  /** The brokers do not answer, or not all of them: once, however many ask, and however often. */
  outage(failure: Failure): void;
  /** All that had failed is answered again. */
  outageEnded(seconds: number): void;
}

/** Whether such a failure is one of the brokers, which ends when they are back: nothing but waiting helps. */
export function isOutage({ code }: Failure): boolean {
  return code === 'kafka/unreachable' || code === 'kafka/unavailable';
}

/** Who waits for the brokers, as everybody who asks them finds: one outage is reported once. */
export class Outages {
  readonly #events: OutageEvents;
  /** By who asks, what the last answer was. */
  readonly #failing = new Map<string, Failure>();
  #began = 0;

  constructor(events: OutageEvents) {
    this.#events = events;
  }

  /** Why this process does not get on, of each that waits. */
  get reasons(): readonly string[] {
    return [...this.#failing].map(([who, { message }]) => `${who} waits for the brokers: ${message}`);
  }

  /** The two things that somebody who asks the brokers learns. */
  of(who: string): { failed(failure: Failure): void; answered(): void } {
    return { failed: (failure) => this.failed(who, failure), answered: () => this.answered(who) };
  }

  failed(who: string, failure: Failure): void {
    if (!isOutage(failure)) return;
    if (this.#failing.size === 0) {
      this.#began = performance.now();
      this.#events.outage(failure);
    }
    this.#failing.set(who, failure);
  }

  /** Also where it asks no more. */
  answered(who: string): void {
    if (!this.#failing.delete(who) || this.#failing.size > 0) return;
    this.#events.outageEnded((performance.now() - this.#began) / 1000);
  }
}
