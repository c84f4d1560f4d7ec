import { horizonGroups } from './horizons.ts';
import { Residuals } from './residuals.ts';

/** How much a smaller error counts: weights fall with this power of it. */
const SHARPNESS = 4;
/** Errors that a mean error fades over, for each row of its group. */
const MEMORY = 64;
/** Errors of a group before they decide its quantiles. */
const ENOUGH = 20;
/** Share of the network's own spread in the scale of an error, the mean error of the group has the rest; geometric. */
const OWN_SHARE = 0.5;

/** What is known of a group of horizons. */
interface Group {
  /** Mean absolute error of each candidate; and how many errors it is of. */
  readonly errors: Float64Array;
  readonly counts: Float64Array;
  /** The same of the weighted point. */
  error: number;
  count: number;
  readonly residuals: Residuals;
  readonly rows: number;
}

/**
 * What the errors of earlier forecasts of one channel say about the next, by how far ahead they looked. A network that
 * is fed its own output drifts, and its spread is not that of its errors; both are seen in what came. So its median is
 * one of several candidate points, each weighted by its mean error at that horizon, and the quantiles around the
 * weighted point are those of the standardised errors seen there (normalised conformal prediction: Lei et al. 2018,
 * §5.2). O(candidates) for each error.
 */
export class Calibration {
  readonly #groupOf: Uint16Array;
  readonly #groups: readonly Group[];

  /** @param rows furthest row ahead @param candidates points there are for each */
  constructor(rows: number, candidates: number) {
    this.#groupOf = horizonGroups(rows);
    this.#groups = Array.from({ length: this.#groupOf[rows - 1] + 1 }, (_, group) => ({
      errors: new Float64Array(candidates),
      counts: new Float64Array(candidates),
      error: 0,
      count: 0,
      residuals: new Residuals(),
      rows: this.#groupOf.filter((of) => of === group).length,
    }));
  }

  /** Whether the errors seen so many rows ahead decide the quantiles; before that the network's own do. */
  isCalibrated(row: number): boolean {
    return this.#of(row).residuals.size >= ENOUGH;
  }

  /**
   * The weighted mean of candidate points [at, at + candidates); NaN = not there. The first alone as long as no errors
   * are known.
   */
  point(row: number, points: Float64Array, at: number): number {
    const { errors, counts } = this.#of(row);
    if (counts[0] === 0) return points[at];
    let [sum, weights] = [0, 0];
    for (let n = 0; n < errors.length; n++) {
      if (counts[n] === 0 || Number.isNaN(points[at + n])) continue;
      const weight = (errors[0] / Math.max(errors[n], errors[0] * 1e-3, Number.MIN_VALUE)) ** SHARPNESS;
      sum += weight * points[at + n];
      weights += weight;
    }
    return weights > 0 ? sum / weights : points[at];
  }

  /** The scale by which an error so many rows ahead is measured. */
  spread(row: number, own: number): number {
    const { error, count } = this.#of(row);
    return count === 0 || error <= 0 ? own : own ** OWN_SHARE * error ** (1 - OWN_SHARE);
  }

  /** Quantile of the standardised error so many rows ahead. */
  quantile(row: number, p: number): number {
    return this.#of(row).residuals.quantile(p);
  }

  /** Takes in what came: level `y`, where `points` were the candidates and `point` ± `spread` the forecast. */
  settle(row: number, y: number, forecast: SettledForecast): void {
    const group = this.#of(row);
    const { points, at, point, spread } = forecast;
    const most = MEMORY * group.rows;
    for (let n = 0; n < group.errors.length; n++) {
      const error = Math.abs(y - points[at + n]);
      if (Number.isNaN(error)) continue;
      group.counts[n] = Math.min(group.counts[n] + 1, most);
      group.errors[n] += (error - group.errors[n]) / group.counts[n];
    }
    group.count = Math.min(group.count + 1, most);
    group.error += (Math.abs(y - point) - group.error) / group.count;
    if (spread > 0) group.residuals.push((y - point) / spread);
  }

  #of(row: number): Group {
    return this.#groups[this.#groupOf[row]];
  }
}

/** A forecast of one row, for comparison with what came. */
export interface SettledForecast {
  readonly points: Float64Array;
  /** Where its candidates begin. */
  readonly at: number;
  readonly point: number;
  readonly spread: number;
}
