import type { EpochMs } from '../event/time.ts';

/** A week of rows of five minutes; what is longer is not looked back to. */
const MOST_ROWS = 2_304;

/** The newest rows of one series: what a season ago was. 18 KB a channel at most. */
export class Past {
  readonly #channels: number;
  readonly #times: number[] = [];
  readonly #levels: Float64Array[] = [];
  /** Where the oldest row is, once all places are taken. */
  #first = 0;

  constructor(channels: number) {
    this.#channels = channels;
  }

  get size(): number {
    return this.#times.length;
  }

  /** `levels` [D], NaN = missing; copied. O(D). */
  push(timeMs: EpochMs, levels: Float64Array): void {
    if (this.size < MOST_ROWS) {
      this.#times.push(timeMs);
      this.#levels.push(levels.slice(0, this.#channels));
      return;
    }
    this.#times[this.#first] = timeMs;
    this.#levels[this.#first] = levels.slice(0, this.#channels);
    this.#first = (this.#first + 1) % MOST_ROWS;
  }

  /** The channel's newest level; NaN where the last rows had none. O(rows without one). */
  newest(channel: number): number {
    for (let back = 1; back <= this.size; back++) {
      const level = this.#levels[this.#place(this.size - back)][channel];
      if (!Number.isNaN(level)) return level;
    }
    return Number.NaN;
  }

  /** The level at a time, or at the nearest row within `reachMs`; NaN where there is none. O(log rows). */
  at(channel: number, timeMs: EpochMs, reachMs: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[this.#place(middle)] < timeMs) low = middle + 1;
      else high = middle;
    }
    let found = Number.NaN;
    let distance = reachMs;
    for (const n of [low - 1, low]) {
      if (n < 0 || n >= this.size) continue;
      const off = Math.abs(this.#times[this.#place(n)] - timeMs);
      if (off > distance) continue;
      distance = off;
      found = this.#levels[this.#place(n)][channel];
    }
    return found;
  }

  #place(n: number): number {
    return (this.#first + n) % this.size;
  }
}
