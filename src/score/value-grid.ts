import type { Column, Columns } from '../series/columns.ts';
import type { ValueMemory } from './memory.ts';
import { ageOf, stampOf } from './row-stamp.ts';
import { FIRST_INSERT, FIRST_SCORE, LONG_MEMORIES } from './schedule.ts';

/* Value novelty by a grid of stamps that rescales itself (docs/detection.md#value-and-error-novelty, V). Cell i covers
 * [origin + i·width, origin + (i + 1)·width).
 *   R = width · (outermost cells visited within M)   d = |v − centre of the nearest cell visited within M|, own cell: 0
 *   D = the same within 10·M, width/4 ≤ D ≤ d           V = √(d·D) / R */

const CELLS = 256;
const HALF = CELLS / 2;
/** The newest 10 rows are left out: a value is not its own precedent. */
const DELAY = 11;
/** The first width, of the largest value and absolute. */
const FIRST_WIDTH_RELATIVE = 1e-9;
const FIRST_WIDTH_ABSOLUTE = 1e-12;
/**
 * After this many insertions, values count as at most so many R beyond the edges: one spike must not blind the grid.
 */
const CLIP_AFTER = 100;
const CLIP_RANGES = 8;
/** A span this narrow deserves finer cells. */
const FINER_SPAN = 64;
const LEAST_DISTANCE = 1 / 4;

/**
 * 256 cells, 630 bytes per series and channel; ~0.2 µs a row. `rows`: M, at most 6 500 so that a stamp outlives 10·M.
 */
export class ValueGrid implements ValueMemory {
  readonly #channels: number;
  readonly #recent: number;
  readonly #old: number;
  readonly #row: Column<Uint32Array>;
  readonly #delayed: Column<Float64Array>;
  readonly #origin: Column<Float64Array>;
  readonly #width: Column<Float64Array>;
  readonly #firstWidth: Column<Float64Array>;
  readonly #cells: Column<Uint16Array>;
  readonly #scratch = new Uint16Array(CELLS);
  readonly #edges: Column<Uint8Array>;
  /** This row's: outermost cells visited within M, kept in `edges` between rows; stamp. */
  #low = 0;
  #high = 0;
  #now = 0;

  constructor(columns: Columns, channels: number, rows: number) {
    this.#channels = channels;
    this.#recent = rows;
    this.#old = rows * LONG_MEMORIES;
    this.#row = columns.u32('score.grid_row', channels);
    this.#delayed = columns.f64('score.grid_delayed', channels * DELAY);
    this.#origin = columns.f64('score.grid_origin', channels);
    this.#width = columns.f64('score.grid_width', channels);
    this.#firstWidth = columns.f64('score.grid_first_width', channels);
    this.#cells = columns.u16('score.grid', channels * CELLS);
    this.#edges = columns.u8('score.grid_edges', channels * 2);
  }

  observe(slot: number, channel: number, value: number, minimum: number): number {
    const at = slot * this.#channels + channel;
    const row = this.#row.data[at]++;
    const inserted = this.#exchange(at, row, value);
    if (row < FIRST_INSERT) {
      if (row === 0) this.#firstWidth.data[at] = firstWidth(value);
      return 0;
    }
    this.#now = stampOf(row);
    this.#forget(at, row);
    if (row === FIRST_INSERT) this.#open(at, inserted);
    else this.#insert(at, row, inserted);
    this.#refine(at);
    this.#edges.data[2 * at] = this.#low;
    this.#edges.data[2 * at + 1] = this.#high;
    if (row < FIRST_SCORE || this.#distance(at, value, this.#recent) <= minimum) return 0;
    return this.#novelty(at, this.#clip(at, row, value));
  }

  /** Keeps this row's value and gives back the one of 11 rows ago. */
  #exchange(at: number, row: number, value: number): number {
    const place = at * DELAY + (row % DELAY);
    const before = this.#delayed.data[place];
    this.#delayed.data[place] = value;
    return before;
  }

  /** One cell a row, so that every stamp is looked at long before it could come round. */
  #forget(at: number, row: number): void {
    const place = at * CELLS + (row % CELLS);
    if (ageOf(this.#cells.data[place], this.#now) > this.#old) this.#cells.data[place] = 0;
  }

  #open(at: number, value: number): void {
    const width = Math.max(this.#firstWidth.data[at], firstWidth(value));
    this.#firstWidth.data[at] = width;
    this.#width.data[at] = width;
    this.#origin.data[at] = value - (HALF + 0.5) * width;
    this.#cells.data[at * CELLS + HALF] = this.#now;
    this.#low = HALF;
    this.#high = HALF;
  }

  #insert(at: number, row: number, delayed: number): void {
    this.#measure(at);
    const value = this.#clip(at, row, delayed);
    let cell = this.#cellOf(at, value);
    while (cell < 0 || cell >= CELLS) {
      if (cell < 0) this.#coarsenDown(at);
      else this.#coarsenUp(at);
      cell = this.#cellOf(at, value);
    }
    this.#cells.data[at * CELLS + cell] = this.#now;
    this.#low = Math.min(this.#low, cell);
    this.#high = Math.max(this.#high, cell);
  }

  #cellOf(at: number, value: number): number {
    return Math.floor((value - this.#origin.data[at]) / this.#width.data[at]);
  }

  #visited(place: number, within: number): boolean {
    return ageOf(this.#cells.data[place], this.#now) <= within;
  }

  /** Moves the edges inward past cells that M has left behind. Amortised O(1). */
  #measure(at: number): void {
    const base = at * CELLS;
    let low = this.#edges.data[2 * at];
    let high = this.#edges.data[2 * at + 1];
    while (low < high && !this.#visited(base + low, this.#recent)) low++;
    while (high > low && !this.#visited(base + high, this.#recent)) high--;
    this.#low = low;
    this.#high = high;
  }

  #clip(at: number, row: number, value: number): number {
    if (row - FIRST_INSERT <= CLIP_AFTER) return value;
    const width = this.#width.data[at];
    const low = this.#origin.data[at] + this.#low * width;
    const high = this.#origin.data[at] + (this.#high + 1) * width;
    const reach = CLIP_RANGES * (high - low);
    return Math.min(Math.max(value, low - reach), high + reach);
  }

  /** Doubles the width; what there was fills the lower half. */
  #coarsenUp(at: number): void {
    const cells = this.#cells.data;
    const base = at * CELLS;
    for (let j = 0; j < HALF; j++) cells[base + j] = this.#newer(cells[base + 2 * j], cells[base + 2 * j + 1]);
    cells.fill(0, base + HALF, base + CELLS);
    this.#width.data[at] *= 2;
    this.#low >>= 1;
    this.#high >>= 1;
  }

  /** Doubles the width; what there was fills the upper half. */
  #coarsenDown(at: number): void {
    const cells = this.#cells.data;
    const base = at * CELLS;
    for (let j = HALF - 1; j >= 0; j--) {
      cells[base + HALF + j] = this.#newer(cells[base + 2 * j], cells[base + 2 * j + 1]);
    }
    cells.fill(0, base, base + HALF);
    this.#origin.data[at] -= CELLS * this.#width.data[at];
    this.#width.data[at] *= 2;
    this.#low = HALF + (this.#low >> 1);
    this.#high = HALF + (this.#high >> 1);
  }

  #newer(a: number, b: number): number {
    return ageOf(a, this.#now) <= ageOf(b, this.#now) ? a : b;
  }

  /**
   * Halves the width around a narrow span; each cell becomes two. Once a row at most, so that a row's cost stays
   * bounded.
   */
  #refine(at: number): void {
    const width = this.#width.data[at];
    if (this.#high - this.#low + 1 > FINER_SPAN || width <= 2 * this.#firstWidth.data[at]) return;
    const cells = this.#cells.data;
    const base = at * CELLS;
    const first = ((this.#low + this.#high + 1) >> 1) - HALF / 2;
    for (let i = 0; i < CELLS; i++) this.#scratch[i] = cells[base + i];
    for (let j = 0; j < CELLS; j++) {
      const from = first + (j >> 1);
      cells[base + j] = from >= 0 && from < CELLS ? this.#scratch[from] : 0;
    }
    this.#origin.data[at] += first * width;
    this.#width.data[at] = width / 2;
    this.#low = 2 * (this.#low - first);
    this.#high = 2 * (this.#high - first) + 1;
  }

  #novelty(at: number, value: number): number {
    const near = this.#distance(at, value, this.#recent);
    const width = this.#width.data[at];
    const ever = Math.min(near, Math.max(this.#distance(at, value, this.#old), width * LEAST_DISTANCE));
    const range = (this.#high - this.#low + 1) * width;
    return Math.sqrt(near / range) * Math.sqrt(ever / range);
  }

  /**
   * From `value` to the centre of the nearest cell visited `within` so many rows; own cell: 0. Steps outward: O(cells
   * in between).
   */
  #distance(at: number, value: number, within: number): number {
    const own = this.#cellOf(at, value);
    const base = at * CELLS;
    const start = Math.min(Math.max(own, 0), CELLS - 1);
    if (own === start && this.#visited(base + start, within)) return 0;
    let best = Number.POSITIVE_INFINITY;
    for (let step = 0; step < CELLS && best === Number.POSITIVE_INFINITY; step++) {
      const left = start - step;
      const right = start + step;
      if (left >= 0 && this.#visited(base + left, within)) best = this.#toCentre(at, value, left);
      if (right < CELLS && this.#visited(base + right, within)) {
        best = Math.min(best, this.#toCentre(at, value, right));
      }
    }
    return best;
  }

  #toCentre(at: number, value: number, cell: number): number {
    return Math.abs(value - this.#origin.data[at] - (cell + 0.5) * this.#width.data[at]);
  }
}

function firstWidth(value: number): number {
  return FIRST_WIDTH_RELATIVE * Math.abs(value) + FIRST_WIDTH_ABSOLUTE;
}
