import type { EpochMs } from '../event/time.ts';
import { hash32 } from '../math/hash.ts';
import type { Column } from '../series/columns.ts';
import type { Scope } from './rule.ts';

/**
 * A value as the memory knows it: 32 bits, never 0. Two of 64 values are taken for one in one series of two million.
 * O(length)
 */
export function valueHash(text: string): number {
  return hash32(text) || 1;
}

/**
 * The different values that were seen last in each series, each with a time, newest first: 12·width bytes per series,
 * nothing allocated.
 */
export class Recent {
  readonly #width: number;
  readonly #hashes: Column<Uint32Array>;
  readonly #times: Column<Float64Array>;

  constructor({ columns, prefix }: Scope, width: number) {
    this.#width = width;
    this.#hashes = columns.u32(`${prefix}.hashes`, width);
    this.#times = columns.f64(`${prefix}.times`, width);
  }

  /** Its place; −1 where it is not kept. O(width) */
  find(slot: number, hash: number): number {
    const first = slot * this.#width;
    for (let at = 0; at < this.#width && this.#hashes.data[first + at] !== 0; at++) {
      if (this.#hashes.data[first + at] === hash) return at;
    }
    return -1;
  }

  /** Puts a value first, with this time: the one at `from`, or a new one (−1) in place of the last. O(width) */
  put(slot: number, from: number, hash: number, timeMs: EpochMs): void {
    const first = slot * this.#width;
    const last = first + (from < 0 ? this.#width - 1 : from);
    this.#hashes.data.copyWithin(first + 1, first, last);
    this.#times.data.copyWithin(first + 1, first, last);
    this.#hashes.data[first] = hash;
    this.#times.data[first] = timeMs;
  }

  /** Whether there is a value in this place. */
  has(slot: number, at: number): boolean {
    return this.#hashes.data[slot * this.#width + at] !== 0;
  }

  time(slot: number, at: number): EpochMs {
    return this.#times.data[slot * this.#width + at];
  }
}
