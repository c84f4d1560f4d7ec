import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/** Odd: the median is one of them. */
const KEPT = 9;

/** The sampling interval of a series: the median of its last nine steps of event time. 56 bytes. */
export class Interval {
  readonly #steps: Column<Float32Array>;
  readonly #rows: Column<Uint32Array>;
  readonly #last: Column<Float64Array>;
  readonly #sorted = new Float32Array(KEPT);

  constructor(columns: Columns) {
    this.#steps = columns.f32('feature.steps', KEPT);
    this.#rows = columns.u32('feature.step_rows');
    this.#last = columns.f64('feature.last_time');
  }

  /** Rows seen. */
  rows(slot: number): number {
    return this.#rows.data[slot];
  }

  /** Time of the newest row; meaningless before the first. */
  last(slot: number): EpochMs {
    return this.#last.data[slot];
  }

  /** In ms; 0 before the second row. O(9). */
  median(slot: number): number {
    const count = Math.min(this.#rows.data[slot] - 1, KEPT);
    if (count <= 0) return 0;
    const sorted = this.#sorted.subarray(0, count);
    sorted.set(this.#steps.data.subarray(slot * KEPT, slot * KEPT + count));
    sorted.sort();
    return sorted[count >> 1];
  }

  update(slot: number, timeMs: EpochMs): void {
    const rows = this.#rows.data[slot];
    if (rows > 0) this.#steps.data[slot * KEPT + ((rows - 1) % KEPT)] = timeMs - this.#last.data[slot];
    this.#rows.data[slot] = rows + 1;
    this.#last.data[slot] = timeMs;
  }
}
