import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/** Odd: the median is one of them. */
const KEPT = 9;

/** The sampling interval of a series: the median of its last nine steps of event time. 52 bytes. */
export class Interval {
  readonly #steps: Column<Float32Array>;
  readonly #median: Column<Float32Array>;
  readonly #rows: Column<Uint32Array>;
  readonly #last: Column<Float64Array>;
  readonly #sorted = new Float32Array(KEPT);

  constructor(columns: Columns) {
    this.#steps = columns.f32('feature.steps', KEPT);
    this.#median = columns.f32('feature.median_step');
    this.#rows = columns.u32('feature.step_rows');
    this.#last = columns.f64('feature.last_time');
  }

  /** Rows seen that count. */
  rows(slot: number): number {
    return this.#rows.data[slot];
  }

  /** Time of the newest row, one that does not count included; meaningless before the first. */
  last(slot: number): EpochMs {
    return this.#last.data[slot];
  }

  /** In ms; 0 before the second row. */
  median(slot: number): number {
    return this.#median.data[slot];
  }

  /** `stepMs`: time since the row before, where not all of it counts. O(9). */
  update(slot: number, timeMs: EpochMs, stepMs = timeMs - this.#last.data[slot]): void {
    const rows = this.#rows.data[slot];
    if (rows > 0) {
      const steps = this.#steps.data;
      const at = slot * KEPT + ((rows - 1) % KEPT);
      const dropped = steps[at];
      steps[at] = stepMs;
      // A step that takes the place of its like leaves the median where it is.
      if (steps[at] !== dropped || rows <= KEPT)
        this.#median.data[slot] = this.#middle(slot * KEPT, Math.min(rows, KEPT));
    }
    this.#rows.data[slot] = rows + 1;
    this.#last.data[slot] = timeMs;
  }

  /** A row that does not count: the next step is measured from it. */
  skip(slot: number, timeMs: EpochMs): void {
    this.#last.data[slot] = timeMs;
  }

  /** The middle one of `count` steps from `first` on, by insertion: they are few, and mostly the same. */
  #middle(first: number, count: number): number {
    const steps = this.#steps.data;
    const sorted = this.#sorted;
    for (let i = 0; i < count; i++) {
      const step = steps[first + i];
      let at = i;
      for (; at > 0 && sorted[at - 1] > step; at--) sorted[at] = sorted[at - 1];
      sorted[at] = step;
    }
    return sorted[count >> 1];
  }
}
