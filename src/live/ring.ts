import type { ScoreOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import { Regimes } from '../similar/regimes.ts';
import { NUMBERS } from './options.ts';
import type { History } from './schema.ts';

const [VALUE, EXPECTED, LOWER, UPPER, BITS] = [0, 1, 2, 3, 4];
/** Digits that a 32-bit difference keeps for certain. */
const DIGITS = 6;

/** Name and unit of a channel. */
export interface ChannelName {
  readonly name: string;
  readonly unit: string;
}

/**
 * The last rows of one series, in arrays that are made once: a new row overwrites the oldest. Numbers are kept as
 * 32-bit differences to the first value of their channel, so that a counter of a billion still shows its steps.
 */
export class Ring {
  readonly #points: number;
  readonly #times: Float64Array;
  readonly #scores: Float32Array;
  /** [channels, NUMBERS, points] */
  readonly #numbers: Float32Array;
  readonly #base: Float64Array;
  readonly #regimes: Regimes;
  readonly #regime: Int8Array;
  readonly #novelty: Float32Array;
  #merged = 0;
  #next = 0;
  #size = 0;
  #newest: ScoreOutput | undefined;

  constructor(points: number, channels: number) {
    this.#points = points;
    this.#times = new Float64Array(points);
    this.#scores = new Float32Array(points);
    this.#numbers = new Float32Array(points * channels * NUMBERS);
    this.#base = new Float64Array(channels).fill(Number.NaN);
    this.#regimes = new Regimes(channels);
    this.#regime = new Int8Array(points);
    this.#novelty = new Float32Array(points);
  }

  /** The newest row, whole; undefined before the first. */
  get newest(): ScoreOutput | undefined {
    return this.#newest;
  }

  get size(): number {
    return this.#size;
  }

  /** O(channels); O(rows) where two regimes become one. */
  add(row: ScoreOutput): void {
    const { channels } = row;
    const i = this.#next;
    this.#newest = row;
    this.#times[i] = row.timeMs;
    this.#scores[i] = row.score;
    for (let d = 0; d < channels.length; d++) {
      const { value, expected, lower, upper, bits } = channels[d];
      if (Number.isNaN(this.#base[d]) && value !== null) this.#base[d] = value;
      const base = Number.isNaN(this.#base[d]) ? 0 : this.#base[d];
      const at = d * NUMBERS * this.#points + i;
      this.#numbers[at + VALUE * this.#points] = difference(value, base);
      this.#numbers[at + EXPECTED * this.#points] = difference(expected, base);
      this.#numbers[at + LOWER * this.#points] = difference(lower, base);
      this.#numbers[at + UPPER * this.#points] = difference(upper, base);
      this.#numbers[at + BITS * this.#points] = bits;
    }
    this.#place(row, i);
    this.#next = (i + 1) % this.#points;
    if (this.#size < this.#points) this.#size++;
  }

  /** Empty again, for another series with as many channels. */
  clear(): void {
    this.#next = 0;
    this.#size = 0;
    this.#newest = undefined;
    this.#base.fill(Number.NaN);
    this.#regimes.clear();
    this.#merged = 0;
  }

  /** The rows after that time, oldest first; all of them where it is absent. O(rows · channels) */
  history(
    channels: readonly ChannelName[],
    afterMs: EpochMs = Number.NEGATIVE_INFINITY,
  ): Omit<History, 'stream' | 'series'> {
    const places = this.#places(this.#size).filter((i) => this.#times[i] > afterMs);
    return {
      timeMs: places.map((i) => this.#times[i]),
      score: places.map((i) => Number(this.#scores[i].toPrecision(4))),
      regime: places.map((i) => this.#regime[i]),
      novelty: places.map((i) => (Number.isNaN(this.#novelty[i]) ? null : Number(this.#novelty[i].toPrecision(3)))),
      regimes: [...this.#regimes.views(channels.map(({ name }) => name))],
      regimesMerged: this.#merged,
      channels: channels.map((channel, d) => ({
        ...channel,
        value: this.#column(d, VALUE, places),
        expected: this.#column(d, EXPECTED, places),
        lower: this.#column(d, LOWER, places),
        upper: this.#column(d, UPPER, places),
        bits: this.#bits(d, places),
      })),
    };
  }

  /** The newest values of a channel, oldest first: a sketch of it. */
  sketch(channel: number, count: number): (number | null)[] {
    return this.#column(channel, VALUE, this.#places(Math.min(count, this.#size)));
  }

  #place(row: ScoreOutput, i: number): void {
    const { regime, novelty, merged } = this.#regimes.add(row.channels, row.timeMs);
    this.#regime[i] = regime;
    this.#novelty[i] = novelty;
    if (merged === undefined) return;
    const [from, into] = merged;
    // The row itself may be the first of another regime that has got the freed place.
    for (let n = 0; n < this.#size; n++) if (n !== i && this.#regime[n] === from) this.#regime[n] = into;
    this.#merged++;
  }

  #places(count: number): readonly number[] {
    const first = this.#next - count + this.#points;
    return Array.from({ length: count }, (_, n) => (first + n) % this.#points);
  }

  #column(d: number, number: number, places: readonly number[]): (number | null)[] {
    const at = (d * NUMBERS + number) * this.#points;
    const base = Number.isNaN(this.#base[d]) ? 0 : this.#base[d];
    return places.map((i) => {
      const kept = this.#numbers[at + i];
      return Number.isNaN(kept) ? null : rounded(base + kept, kept);
    });
  }

  #bits(d: number, places: readonly number[]): number[] {
    const at = (d * NUMBERS + BITS) * this.#points;
    return places.map((i) => Number(this.#numbers[at + i].toPrecision(4)));
  }
}

function difference(value: number | null, base: number): number {
  return value === null ? Number.NaN : value - base;
}

/** To the digits that are known: a difference that is small beside the value adds to them. */
function rounded(value: number, kept: number): number {
  const more = Math.ceil(Math.log10(Math.max(1, Math.abs(value / kept))));
  return Number.isFinite(more) ? Number(value.toPrecision(Math.min(DIGITS + more, 15))) : value;
}
