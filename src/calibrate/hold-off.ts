import type { Column, Columns } from '../series/columns.ts';

/** DETECTION G: after an alert, this many rows raise none. */
const ROWS = 100;

/** One alert for one event: a series is quiet for 100 rows after it alerted. One byte per series. */
export class HoldOff {
  readonly #left: Column<Uint8Array>;

  constructor(columns: Columns) {
    this.#left = columns.u8('calibrate.hold_off');
  }

  /** Each row once, in order: whether this row's alarm may alert. The 100 rows after one that may, may not. O(1). */
  observe(slot: number, alarm: boolean): boolean {
    if (this.#left.data[slot] > 0) {
      this.#left.data[slot]--;
      return false;
    }
    if (alarm) this.#left.data[slot] = ROWS;
    return alarm;
  }
}
