import type { Column, Columns } from '../series/columns.ts';
import { channelByEntry, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

/* How far is an event from what is usual for its series? The series' own mean, shrunk towards that of all series:
 *   z = (x − (n·m + κM)/(n + κ)) / s       s² = (n·v + λV)/(n + λ)
 *                                          V: mean squared distance of an event from its own series' mean
 * An event that is unusual for its series counts for more where it is unusual for all of them, and in the same
 * direction:
 *   value = |z| + w·max(0, |x − M|/S − 1)  S: deviation of the events of all series from M
 */

/** Events that the mean, and the variance, of all series are worth to a series. */
const MEAN_PRIOR = 3;
const VARIANCE_PRIOR = 300;
/** Events that are remembered, of a series and of all of them. */
const MEMORY = 200;
const SHARED_MEMORY = 50_000;
/** Numbers that all series share, by channel. */
const SHARED = 4;
const SHARED_WARM = 200;
/** An event further from what is usual than this many deviations teaches no more than one there … */
const WINSOR = 2;
/** … and one this far a part only: frauds come in series, and are not to make each other usual. */
const FAR = 2.5;
const FAR_PART = 0.2;
/** w: what a deviation from all series, beyond the first, is worth beside one from the own series. */
const ALL_WORTH = 0.3;

/**
 * Distance of an event from what is usual for its series, from its first event on. For sparse series; more
 * and less have tails of their own, for they have nothing in common. 14 bytes a channel.
 */
export const usual: StatisticKind = {
  kind: 'usual',
  summary: 'An event is unlike what is usual for its series, by all series until its own history counts.',
  make: (columns, { channels }) => new Usual(columns, channels),
};

class Usual implements Statistic {
  readonly reason = 'unusual_amount';
  readonly warm = 0;
  readonly events = true;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly channelOf: Int32Array;
  readonly shared: readonly Float64Array[];
  /** The row before was an event: its values are to be cleared. */
  #said = false;
  readonly #mean: Column<Float64Array>;
  readonly #variance: Column<Float32Array>;
  readonly #count: Column<Uint16Array>;
  /** By channel: events, their mean, their squared distance from their series' mean and from the mean of all. */
  readonly #all: Float64Array;

  constructor(columns: Columns, channels: number) {
    this.values = new Float64Array(2 * channels);
    this.deviations = new Float64Array(2 * channels);
    this.channelOf = channelByEntry(2, channels);
    this.#mean = columns.f64('statistic.usual_mean', channels);
    this.#variance = columns.f32('statistic.usual_variance', channels);
    this.#count = columns.u16('statistic.usual_count', channels);
    this.#all = new Float64Array(SHARED * channels);
    this.shared = [this.#all];
  }

  observe({ slot, xs, sparse }: Sight): void {
    if (this.#said) {
      this.values.fill(0);
      this.deviations.fill(0);
    }
    this.#said = sparse;
    for (let d = 0; d < xs.length; d++) {
      if (!sparse || !Number.isFinite(xs[d])) continue;
      const all = this.#all;
      const g = SHARED * d;
      const at = slot * xs.length + d;
      const n = this.#count.data[at];
      const mean = this.#mean.data[at];
      const expected = (n * mean + MEAN_PRIOR * all[g + 1]) / (n + MEAN_PRIOR);
      const variance = (n * this.#variance.data[at] + VARIANCE_PRIOR * all[g + 2]) / (n + VARIANCE_PRIOR);
      const offset = xs[d] - expected;
      const deviation = Math.sqrt(variance);
      if (all[g] >= SHARED_WARM && deviation > 0) {
        const up = offset > 0;
        const entry = up ? d : xs.length + d;
        const apart = (up ? xs[d] - all[g + 1] : all[g + 1] - xs[d]) / Math.sqrt(all[g + 3]);
        this.values[entry] = Math.abs(offset) / deviation + ALL_WORTH * Math.max(0, apart - 1);
        this.deviations[entry] = offset;
      }
      this.#learn(at, g, xs[d], { expected, deviation });
    }
  }

  /** `at`: of the series and channel, `g`: of the channel in what all share. */
  #learn(
    at: number,
    g: number,
    x: number,
    { expected, deviation }: { readonly expected: number; readonly deviation: number },
  ): void {
    const all = this.#all;
    const seen = ++all[g];
    const a = 1 / Math.min(seen, SHARED_MEMORY);
    const known = seen > SHARED_WARM && deviation > 0;
    const limit = WINSOR * deviation;
    const bounded = known ? expected + Math.min(Math.max(x - expected, -limit), limit) : x;
    const fromAll = bounded - all[g + 1];
    all[g + 1] += a * fromAll;
    all[g + 3] += a * (fromAll * fromAll - all[g + 3]);
    const apart = bounded - expected;
    all[g + 2] += a * (apart * apart - all[g + 2]);
    const n = Math.min(this.#count.data[at] + 1, MEMORY);
    const step = (known && Math.abs(x - expected) > FAR * deviation ? FAR_PART : 1) / n;
    const own = bounded - this.#mean.data[at];
    this.#count.data[at] = n;
    this.#mean.data[at] += own * step;
    this.#variance.data[at] += ((n > 1 ? own * own * (1 - 1 / n) : 0) - this.#variance.data[at]) * step;
  }
}
