import type { Column, Columns } from '../series/columns.ts';

/**
 * EMA₈ (docs/detection.md#value-and-error-novelty): long enough to separate a drift from noise, short enough for a
 * spike.
 */
export const ERROR_ROWS = 8;

/** q += (e − q)/min(t + 1, 8): the mean of the first errors, then their EMA; 9 bytes per series and channel. O(1). */
export class SmoothedError {
  readonly #channels: number;
  readonly #mean: Column<Float64Array>;
  readonly #count: Column<Uint8Array>;

  constructor(columns: Columns, channels: number) {
    this.#channels = channels;
    this.#mean = columns.f64('score.error_mean', channels);
    this.#count = columns.u8('score.error_count', channels);
  }

  /** Takes a finite error in, and returns q. */
  observe(slot: number, channel: number, error: number): number {
    const at = slot * this.#channels + channel;
    if (this.#count.data[at] < ERROR_ROWS) this.#count.data[at]++;
    this.#mean.data[at] += (error - this.#mean.data[at]) / this.#count.data[at];
    return this.#mean.data[at];
  }
}
