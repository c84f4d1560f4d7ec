import type { Column, Columns } from '../series/columns.ts';
import { channelByEntry, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

/* How far is an event from what is usual for its series? The series' own mean, shrunk towards that of all series:
 *   z = (x − (n·m + κM)/(n + κ)) / s       s² = (n·v + λV)/(n + λ)       V: mean squared distance of an event from its own series' mean */

/** Events that the mean, and the variance, of all series are worth to a series. */
const MEAN_PRIOR = 3;
const VARIANCE_PRIOR = 300;
/** Events that are remembered, of a series and of all of them. */
const MEMORY = 400;
const SHARED_MEMORY = 50_000;
const SHARED_WARM = 200;
const WINSOR = 3;

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
  /** By channel: events, their mean, their squared distance from their series' mean. */
  readonly #all: Float64Array;

  constructor(columns: Columns, channels: number) {
    this.values = new Float64Array(2 * channels);
    this.deviations = new Float64Array(2 * channels);
    this.channelOf = channelByEntry(2, channels);
    this.#mean = columns.f64('statistic.usual_mean', channels);
    this.#variance = columns.f32('statistic.usual_variance', channels);
    this.#count = columns.u16('statistic.usual_count', channels);
    this.#all = new Float64Array(3 * channels);
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
      const at = slot * xs.length + d;
      const n = this.#count.data[at];
      const mean = this.#mean.data[at];
      const expected = (n * mean + MEAN_PRIOR * all[3 * d + 1]) / (n + MEAN_PRIOR);
      const variance = (n * this.#variance.data[at] + VARIANCE_PRIOR * all[3 * d + 2]) / (n + VARIANCE_PRIOR);
      const offset = xs[d] - expected;
      const deviation = Math.sqrt(variance);
      if (all[3 * d] >= SHARED_WARM && deviation > 0) {
        const entry = offset > 0 ? d : xs.length + d;
        this.values[entry] = Math.abs(offset) / deviation;
        this.deviations[entry] = offset;
      }
      this.#learn(at, d, xs[d], { expected, deviation });
    }
  }

  /** An event far from what is usual teaches no more than one at three deviations. */
  #learn(
    at: number,
    d: number,
    x: number,
    { expected, deviation }: { readonly expected: number; readonly deviation: number },
  ): void {
    const all = this.#all;
    const seen = ++all[3 * d];
    const a = 1 / Math.min(seen, SHARED_MEMORY);
    const known = seen > SHARED_WARM && deviation > 0;
    const limit = WINSOR * deviation;
    const bounded = known ? expected + Math.min(Math.max(x - expected, -limit), limit) : x;
    const n = Math.min(this.#count.data[at] + 1, MEMORY);
    const own = bounded - this.#mean.data[at];
    all[3 * d + 1] += a * (bounded - all[3 * d + 1]);
    const apart = bounded - expected;
    all[3 * d + 2] += a * (apart * apart - all[3 * d + 2]);
    this.#count.data[at] = n;
    this.#mean.data[at] += own / n;
    this.#variance.data[at] += ((n > 1 ? own * own * (1 - 1 / n) : 0) - this.#variance.data[at]) / n;
  }
}
