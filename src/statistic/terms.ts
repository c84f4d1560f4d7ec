import type { Column, Columns } from '../series/columns.ts';
import { type Regressors, writeCalendar } from './regressors.ts';
import type { Sight } from './statistic.ts';

/** The scale of a channel is that of its first rows; what comes later changes no coefficient by its unit alone. */
const SCALE_ROWS = 256;
const LIMIT = 20;
const MEAN_SHORT = 8;
const MEAN_LONG = 72;

/** The terms of a row by which its channels are explained: φ [m]. 30 bytes a channel and 4 a pair of channels. */
export class Terms {
  /** Of the row read last. */
  readonly phi: Float64Array;
  readonly #set: Regressors;
  /** What the calendar's terms were written for last: rows of many series come at one time. */
  #day = Number.NaN;
  #weekend = Number.NaN;
  readonly #first: Column<Float64Array>;
  readonly #firstVariance: Column<Float64Array>;
  readonly #firstCount: Column<Uint16Array>;
  readonly #z: Column<Float32Array>;
  readonly #means: Column<Float32Array>;
  readonly #pairMeans: Column<Float32Array>;

  constructor(columns: Columns, set: Regressors) {
    const { channels } = set;
    this.#set = set;
    this.phi = new Float64Array(set.size);
    this.#first = columns.f64('statistic.first_mean', channels);
    this.#firstVariance = columns.f64('statistic.first_variance', channels);
    this.#firstCount = columns.u16('statistic.first_rows', channels);
    this.#z = columns.f32('statistic.z', channels);
    this.#means = columns.f32('statistic.z_means', 2 * channels);
    this.#pairMeans = columns.f32('statistic.pair_means', Math.max(1, set.pairs.length));
  }

  /** Fills `phi`; false while the series' scale is unknown. */
  read(sight: Sight): boolean {
    if (!this.#scaled(sight)) return false;
    this.#describe(sight);
    return true;
  }

  /** A z of 1, in the unit of `xs`. */
  unit(slot: number, channel: number): number {
    const at = slot * this.#set.channels + channel;
    return Math.max(Math.sqrt(this.#firstVariance.data[at]), 1e-6 * Math.abs(this.#first.data[at]) + 1e-9);
  }

  /** Carries z, its means and the pairs' on to the next row. */
  remember({ slot, xs }: Sight): void {
    const { terms, firstPair, pairs } = this.#set;
    const { phi } = this;
    for (let c = 0; c < xs.length; c++) {
      const at = slot * xs.length + c;
      this.#z.data[at] = phi[c * terms];
      if (terms === 1) continue;
      this.#means.data[2 * at] = phi[c * terms + 1];
      this.#means.data[2 * at + 1] = phi[c * terms + 2];
    }
    for (let p = 0; p < pairs.length; p++) this.#pairMeans.data[slot * pairs.length + p] = phi[firstPair + 2 * p + 1];
  }

  /** Takes the row into the first scale, or turns it into z; false while the scale is unknown. */
  #scaled({ slot, xs }: Sight): boolean {
    let known = true;
    for (let c = 0; c < xs.length; c++) {
      const at = slot * xs.length + c;
      const seen = this.#firstCount.data[at];
      if (seen < SCALE_ROWS) {
        known = false;
        if (!Number.isFinite(xs[c])) continue;
        this.#firstCount.data[at] = seen + 1;
        const offset = xs[c] - this.#first.data[at];
        this.#first.data[at] += offset / (seen + 1);
        this.#firstVariance.data[at] +=
          (offset * (xs[c] - this.#first.data[at]) - this.#firstVariance.data[at]) / (seen + 1);
      } else if (Number.isFinite(xs[c])) {
        const z = (xs[c] - this.#first.data[at]) / this.unit(slot, c);
        this.phi[c * this.#set.terms] = Math.min(Math.max(z, -LIMIT), LIMIT);
      } else {
        this.phi[c * this.#set.terms] = this.#z.data[at];
      }
    }
    return known;
  }

  /** Writes φ, with z already in place. */
  #describe({ slot, xs, day, weekend }: Sight): void {
    const { terms, firstPair, pairs, firstCalendar, calendar, size } = this.#set;
    const { phi } = this;
    for (let c = 0; c < xs.length; c++) {
      const at = slot * xs.length + c;
      const z = phi[c * terms];
      if (terms === 1) continue;
      phi[c * terms + 1] = this.#means.data[2 * at] + (z - this.#means.data[2 * at]) / MEAN_SHORT;
      phi[c * terms + 2] = this.#means.data[2 * at + 1] + (z - this.#means.data[2 * at + 1]) / MEAN_LONG;
      if (terms === 3) continue;
      phi[c * terms + 3] = z * z;
      phi[c * terms + 4] = this.#z.data[at];
      phi[c * terms + 5] = Math.max(0, z - 1);
      phi[c * terms + 6] = Math.max(0, z - 4);
    }
    for (let p = 0; p < pairs.length; p++) {
      const product = phi[pairs[p][0] * terms] * phi[pairs[p][1] * terms];
      const mean = this.#pairMeans.data[slot * pairs.length + p];
      phi[firstPair + 2 * p] = product;
      phi[firstPair + 2 * p + 1] = mean + (product - mean) / MEAN_LONG;
    }
    if (calendar && (day !== this.#day || weekend !== this.#weekend)) {
      writeCalendar(phi, firstCalendar, day, weekend);
      this.#day = day;
      this.#weekend = weekend;
    }
    phi[size - 1] = 1;
  }
}
