import { alertId } from './outputs.ts';

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
