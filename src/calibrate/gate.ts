import type { Column, Columns } from '../series/columns.ts';

/* docs/detection.md#damped-learning: g = EMA₈ of [S > 1.2]; closed above 0.4, open below 0.2. */

const ABNORMAL = 1.2;
const WINDOW = 8;
const CLOSE_ABOVE = 0.4;
const OPEN_BELOW = 0.2;
/** Damped, never zero: a level shift that stays is learned, without a time-out. */
const CLOSED_WEIGHT = 0.1;

/** How much the network learns of a row while its series is abnormal. Memories are never gated. 9 bytes per series. */
export class Gate {
  readonly #share: Column<Float64Array>;
  readonly #closed: Column<Uint8Array>;

  constructor(columns: Columns) {
    this.#share = columns.f64('calibrate.gate_share');
    this.#closed = columns.u8('calibrate.gate_closed');
  }

  /** Each row once, in order, S before the refractory: the learning weight, 1 open, 0.1 closed. O(1). */
  observe(slot: number, s: number): number {
    this.#share.data[slot] += ((s > ABNORMAL ? 1 : 0) - this.#share.data[slot]) / WINDOW;
    const share = this.#share.data[slot];
    if (share > CLOSE_ABOVE) this.#closed.data[slot] = 1;
    else if (share < OPEN_BELOW) this.#closed.data[slot] = 0;
    return this.#closed.data[slot] === 1 ? CLOSED_WEIGHT : 1;
  }
}
