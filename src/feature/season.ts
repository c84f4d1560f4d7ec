import { DAY_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/** Values kept of a day: one each 5 minutes. */
const DAY_PLACES = 288;
/** A season longer than a week is kept more coarsely, a shorter one than a day more finely. */
const MOST_DAYS = 7;
const NEVER = 0;
const STAMPS = 0xffff;

/**
 * What each channel was one season ago, to 1/288 of a day: 1.7 KB a channel for a season of a day or less, 12 KB for a
 * week or more. Values are kept as f32 offsets from the series' first, so that a counter in the billions keeps its last
 * digits.
 */
export class Season {
  readonly #channels: number;
  readonly #lengthMs: number;
  readonly #places: number;
  readonly #offset: Column<Float32Array>;
  readonly #stamp: Column<Uint16Array>;
  readonly #origin: Column<Float64Array>;
  readonly #known: Column<Uint8Array>;
  /** What `recall` looks for: the first place, how many before it, and how many seasons back. */
  #place = 0;
  #tries = 0;
  #seasons = 1;

  constructor(columns: Columns, channels: number, lengthMs: number) {
    this.#channels = channels;
    this.#lengthMs = lengthMs;
    this.#places = DAY_PLACES * Math.min(Math.max(Math.ceil(lengthMs / DAY_MS), 1), MOST_DAYS);
    this.#offset = columns.f32('feature.season', channels * this.#places);
    this.#stamp = columns.u16('feature.season_stamp', channels * this.#places);
    this.#origin = columns.f64('feature.season_origin', channels);
    this.#known = columns.u8('feature.season_known', channels);
  }

  /**
   * Looks one season before `localMs` from now on, or within `reachMs` before that; up to `seasons` back where nothing
   * newer took the place.
   */
  look(localMs: number, reachMs: number, seasons = 1): void {
    const step = this.#lengthMs / this.#places;
    this.#place = Math.floor((localMs - this.#lengthMs) / step);
    this.#tries = Math.min(Math.ceil(reachMs / step), this.#places >> 3);
    this.#seasons = seasons;
  }

  /** The value of the place nearest to where `look` said; NaN where there is none. */
  recall(slot: number, channel: number): number {
    const first = slot * this.#channels + channel;
    for (let back = 0; back <= this.#tries; back++) {
      const place = this.#place - back;
      const at = first * this.#places + modulo(place, this.#places);
      if (this.#isOf(this.#stamp.data[at], place)) return this.#origin.data[first] + this.#offset.data[at];
    }
    return Number.NaN;
  }

  /** Remembers x, finite, at `localMs`. */
  remember(slot: number, channel: number, localMs: number, x: number): void {
    const first = slot * this.#channels + channel;
    if (this.#known.data[first] === 0) {
      this.#known.data[first] = 1;
      this.#origin.data[first] = x;
    }
    const place = Math.floor(localMs / (this.#lengthMs / this.#places));
    const at = first * this.#places + modulo(place, this.#places);
    this.#offset.data[at] = x - this.#origin.data[first];
    this.#stamp.data[at] = this.#stampOf(place);
  }

  #isOf(stamp: number, place: number): boolean {
    for (let back = 0; back < this.#seasons; back++) {
      if (stamp === this.#stampOf(place - back * this.#places)) return true;
    }
    return false;
  }

  /** Which season a place lies in, in 1 … 65 535. */
  #stampOf(place: number): number {
    return modulo(Math.floor(place / this.#places), STAMPS) + NEVER + 1;
  }
}

/** a whole, n > 0; `%` of numbers beyond 32 bits is a call into C. */
function modulo(a: number, n: number): number {
  return a - Math.floor(a / n) * n;
}
