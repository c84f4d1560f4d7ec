import type { Column, Columns } from '../series/columns.ts';

/** One event is shown once, and a worse one again: docs/detection.md#refractory-period. */
const BUCKET = 80;

/**
 * Lets a row's S through only above the maxima of its series' current and previous bucket of 80 rows. 20 bytes per
 * series.
 */
export class Refractory {
  readonly #row: Column<Uint32Array>;
  readonly #current: Column<Float64Array>;
  readonly #previous: Column<Float64Array>;

  constructor(columns: Columns) {
    this.#row = columns.u32('score.refractory_row');
    this.#current = columns.f64('score.refractory_current');
    this.#previous = columns.f64('score.refractory_previous');
  }

  /** Each row once, in order, s ≥ 0: s, or 0 while something as bad was just seen. O(1). */
  emit(slot: number, s: number): number {
    if (this.#row.data[slot]++ % BUCKET === 0) {
      this.#previous.data[slot] = this.#current.data[slot];
      this.#current.data[slot] = 0;
    }
    const worst = Math.max(this.#previous.data[slot], this.#current.data[slot]);
    this.#current.data[slot] = Math.max(this.#current.data[slot], s);
    return s > worst ? s : 0;
  }
}
