import type { Column, Columns } from '../series/columns.ts';

/**
 * The last `rows` numbers of a series and channel, in order of arrival and in order of size; 16·rows + 4 bytes each.
 */
export class SortedWindow {
  readonly #rows: number;
  readonly #seen: Column<Uint32Array>;
  readonly #arrived: Column<Float64Array>;
  readonly #sorted: Column<Float64Array>;

  constructor(columns: Columns, name: string, channels: number, rows: number) {
    this.#rows = rows;
    this.#seen = columns.u32(`${name}_seen`, channels);
    this.#arrived = columns.f64(`${name}_arrived`, channels * rows);
    this.#sorted = columns.f64(`${name}_sorted`, channels * rows);
  }

  /** How many are remembered. */
  size(at: number): number {
    return Math.min(this.#seen.data[at], this.#rows);
  }

  /** The number that `rank` others precede, 0 ≤ rank < size. */
  ranked(at: number, rank: number): number {
    return this.#sorted.data[at * this.#rows + rank];
  }

  /** Remembers a number, and forgets the oldest when full. O(rows), by moving memory. */
  add(at: number, value: number): void {
    const base = at * this.#rows;
    const sorted = this.#sorted.data;
    const place = base + (this.#seen.data[at] % this.#rows);
    let size = this.size(at);
    if (size === this.#rows) {
      const oldest = base + this.rankOf(at, this.#arrived.data[place]);
      sorted.copyWithin(oldest, oldest + 1, base + size);
      size--;
    }
    const rank = this.#rankAmong(at, value, size);
    sorted.copyWithin(base + rank + 1, base + rank, base + size);
    sorted[base + rank] = value;
    this.#arrived.data[place] = value;
    this.#seen.data[at]++;
  }

  /** How many are smaller. O(log rows). */
  rankOf(at: number, value: number): number {
    return this.#rankAmong(at, value, this.size(at));
  }

  /** Distance to the nearest; Infinity where there is none. O(log rows). */
  nearest(at: number, value: number): number {
    const rank = this.rankOf(at, value);
    const above = rank < this.size(at) ? this.ranked(at, rank) - value : Number.POSITIVE_INFINITY;
    const below = rank > 0 ? value - this.ranked(at, rank - 1) : Number.POSITIVE_INFINITY;
    return Math.min(above, below);
  }

  #rankAmong(at: number, value: number, size: number): number {
    const base = at * this.#rows;
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted.data[base + middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
