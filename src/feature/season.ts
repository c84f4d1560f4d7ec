import type { Column, Columns } from '../series/columns.ts';

/** Values kept of a season: each 5 minutes of a day. */
const SLOTS = 288;
const NEVER = 0;
const STAMPS = 0xffff;

/**
 * What each channel was one season ago, to 1/288 of the season. 1.7 KB a channel. Values are kept as f32 offsets from the
 * series' first, so that a counter in the billions keeps its last digits.
 */
export class Season {
  readonly #channels: number;
  readonly #lengthMs: number;
  readonly #offset: Column<Float32Array>;
  readonly #stamp: Column<Uint16Array>;
  readonly #origin: Column<Float64Array>;
  readonly #known: Column<Uint8Array>;

  constructor(columns: Columns, channels: number, lengthMs: number) {
    this.#channels = channels;
    this.#lengthMs = lengthMs;
    this.#offset = columns.f32('feature.season', channels * SLOTS);
    this.#stamp = columns.u16('feature.season_stamp', channels * SLOTS);
    this.#origin = columns.f64('feature.season_origin', channels);
    this.#known = columns.u8('feature.season_known', channels);
  }

  /** The value one season before `localMs`, or the one nearest within `reachMs` before that; NaN where there is none. */
  recall(slot: number, channel: number, localMs: number, reachMs: number): number {
    const then = localMs - this.#lengthMs;
    const step = this.#lengthMs / SLOTS;
    const tries = Math.min(Math.ceil(reachMs / step), SLOTS >> 3);
    for (let back = 0; back <= tries; back++) {
      const place = Math.floor(then / step) - back;
      const at = (slot * this.#channels + channel) * SLOTS + modulo(place, SLOTS);
      if (this.#stamp.data[at] === stampOf(place))
        return this.#origin.data[slot * this.#channels + channel] + this.#offset.data[at];
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
    const place = Math.floor(localMs / (this.#lengthMs / SLOTS));
    const at = first * SLOTS + modulo(place, SLOTS);
    this.#offset.data[at] = x - this.#origin.data[first];
    this.#stamp.data[at] = stampOf(place);
  }
}

/** Which season a place lies in, in 1 … 65 535. */
function stampOf(place: number): number {
  return modulo(Math.floor(place / SLOTS), STAMPS) + NEVER + 1;
}

/** a whole, n > 0; `%` of numbers beyond 32 bits is a call into C. */
function modulo(a: number, n: number): number {
  return a - Math.floor(a / n) * n;
}
