import type { Column, Columns } from '../series/columns.ts';

/* Robbins–Monro on the 99 % and 1 % quantile (docs/detection.md#value-and-error-novelty):
 *   a = 0.3·100·(hi − lo) / min(n, 4000)      hi += x > hi ? 0.99·a : −0.01·a      lo −= x < lo ? 0.99·a : −0.01·a */

const QUANTILE = 0.99;
/** Rows with the plain maximum and minimum. */
const WARM_UP = 100;
const GAIN = 0.3 * WARM_UP;
/** The step shrinks no further after so many rows: the quantiles keep following. */
const MEMORY = 4000;

/** The 1 % and the 99 % quantile of one number per series and channel, in 16 bytes. O(1). */
export class RunningQuantiles {
  readonly #low: Column<Float64Array>;
  readonly #high: Column<Float64Array>;

  constructor(columns: Columns, name: string, channels: number) {
    this.#low = columns.f64(`${name}_low`, channels);
    this.#high = columns.f64(`${name}_high`, channels);
  }

  /** 99 % less 1 % of what was observed at this place. */
  range(at: number): number {
    return this.#high.data[at] - this.#low.data[at];
  }

  /** `n` values came before. */
  observe(at: number, n: number, value: number): void {
    const low = this.#low.data[at];
    const high = this.#high.data[at];
    if (n < WARM_UP) {
      this.#low.data[at] = n === 0 ? value : Math.min(low, value);
      this.#high.data[at] = n === 0 ? value : Math.max(high, value);
      return;
    }
    const step = (GAIN * (high - low)) / Math.min(n, MEMORY);
    this.#low.data[at] = low + (value < low ? -QUANTILE * step : (1 - QUANTILE) * step);
    this.#high.data[at] = high + (value > high ? QUANTILE * step : -(1 - QUANTILE) * step);
  }
}
