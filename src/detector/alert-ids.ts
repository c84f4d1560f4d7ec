import { hash64Hex } from '../math/hash.ts';

/** What an alert is about: rows, a series that sends nothing, or one channel without a value. */
type Kind = 'unusual' | 'silent' | readonly ['silent', channel: string];

/** The name of an alert, the same in every replay: a hash of stream, series, kind and the row that began it. */
export function alertId(stream: string, series: string, kind: Kind, startMs: number): string {
  return hash64Hex(JSON.stringify([stream, series, kind, startMs]));
}

/** Ids of the alerts that fire, each made once: every row of an incident names it. By slot. */
export class AlertIds {
  readonly #stream: string;
  readonly #ids = new Map<number, string>();

  constructor(stream: string) {
    this.#stream = stream;
  }

  /** Another alert begins to fire in the slot. */
  renew(slot: number): void {
    this.#ids.delete(slot);
  }

  /** Id of the alert that fires in the slot of `series` since `startMs`. */
  of(slot: number, series: string, startMs: number): string {
    let id = this.#ids.get(slot);
    if (id === undefined) {
      id = alertId(this.#stream, series, 'unusual', startMs);
      this.#ids.set(slot, id);
    }
    return id;
  }
}
