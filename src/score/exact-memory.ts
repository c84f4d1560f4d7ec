import type { Column, Columns } from '../series/columns.ts';
import { localScale, noveltyOf } from './local-scale.ts';
import type { ErrorMemory, ValueMemory } from './memory.ts';
import { FIRST_INSERT, FIRST_SCORE } from './schedule.ts';
import { SortedWindow } from './sorted-window.ts';

/** The newest 10 values are left out, as in the grid. */
const DELAY = 11;
/** R_E goes from this quantile to its mirror. */
const UPPER_QUANTILE = 0.99;

/**
 * V by the last M values themselves: the oracle of `ValueGrid`. It keeps no long memory, so D = d and V = d/R, and no
 * spike needs clipping, for it is forgotten after M rows. 16·M bytes per series and channel, 64 KB at 4 000; O(M) moved
 * a row.
 */
export class ExactValues implements ValueMemory {
  readonly #channels: number;
  readonly #row: Column<Uint32Array>;
  readonly #delayed: Column<Float64Array>;
  readonly #window: SortedWindow;

  constructor(columns: Columns, channels: number, rows: number) {
    this.#channels = channels;
    this.#row = columns.u32('score.exact_value_row', channels);
    this.#delayed = columns.f64('score.exact_value_delayed', channels * DELAY);
    this.#window = new SortedWindow(columns, 'score.exact_value', channels, rows);
  }

  observe(slot: number, channel: number, value: number, minimum: number): number {
    const at = slot * this.#channels + channel;
    const row = this.#row.data[at]++;
    const place = at * DELAY + (row % DELAY);
    const delayed = this.#delayed.data[place];
    this.#delayed.data[place] = value;
    if (row < FIRST_INSERT) return 0;
    this.#window.add(at, delayed);
    if (row < FIRST_SCORE) return 0;
    const distance = this.#window.nearest(at, value);
    if (distance <= minimum) return 0;
    const range = this.#window.ranked(at, this.#window.size(at) - 1) - this.#window.ranked(at, 0);
    return noveltyOf(distance, range);
  }
}

/**
 * E by the last M smoothed errors themselves: the oracle of `ErrorNet`, with exact quantiles. 16·M bytes; O(M) moved a
 * row.
 */
export class ExactErrors implements ErrorMemory {
  readonly #channels: number;
  readonly #row: Column<Uint32Array>;
  readonly #window: SortedWindow;

  constructor(columns: Columns, channels: number, rows: number) {
    this.#channels = channels;
    this.#row = columns.u32('score.exact_error_row', channels);
    this.#window = new SortedWindow(columns, 'score.exact_error', channels, rows);
  }

  observe(slot: number, channel: number, error: number, minimum: number): number {
    const at = slot * this.#channels + channel;
    const row = this.#row.data[at]++;
    if (row < FIRST_INSERT) return 0;
    const counts = row >= FIRST_SCORE && Math.abs(error) >= minimum;
    const novelty = counts ? this.#novelty(at, error) : 0;
    this.#window.add(at, error);
    return novelty;
  }

  #novelty(at: number, error: number): number {
    const last = this.#window.size(at) - 1;
    const edge = Math.round(last * UPPER_QUANTILE);
    const range = this.#window.ranked(at, edge) - this.#window.ranked(at, last - edge);
    const span = this.#window.ranked(at, last) - this.#window.ranked(at, 0);
    return noveltyOf(this.#window.nearest(at, error), localScale(error, range, span));
  }
}
