import { type Ahead, ANCHORS, anchorsOf } from './anchors.ts';
import type { Calibration } from './calibration.ts';
import type { Past } from './past.ts';
import { quantileOf } from './residuals.ts';

/** Candidate points of a row: the network's median, then the anchors. */
export const CANDIDATES = 1 + ANCHORS.length;

const LOWER = 0.15865525393145707;
const UPPER = 1 - LOWER;

/** What a fan is made of. */
export interface FanParts {
  /** Levels [rows, paths], each row's sorted. */
  readonly sorted: Float64Array;
  readonly paths: number;
  readonly recent: Past;
  readonly channel: number;
  readonly originMs: number;
  readonly intervalMs: number;
  readonly times: readonly number[];
}

/** The distribution of one channel at each row ahead, as levels: the network's own, and calibrated. */
export class Fan {
  /** [rows, CANDIDATES]; NaN = not there. */
  readonly points: Float64Array;
  readonly #parts: FanParts;
  readonly #point: Float64Array;
  readonly #spread: Float64Array;
  readonly #calibration: Calibration;

  constructor(parts: FanParts, calibration: Calibration) {
    const { times, recent, channel, originMs, intervalMs } = parts;
    this.#parts = parts;
    this.#calibration = calibration;
    this.points = new Float64Array(times.length * CANDIDATES);
    this.#point = new Float64Array(times.length);
    this.#spread = new Float64Array(times.length);
    for (let row = 0; row < times.length; row++) {
      const at = row * CANDIDATES;
      const ahead: Ahead = { originMs, timeMs: times[row], intervalMs };
      this.points[at] = this.own(row, 0.5);
      this.points.set(anchorsOf(recent, channel, ahead), at + 1);
      this.#point[row] = calibration.point(row, this.points, at);
      this.#spread[row] = calibration.spread(row, (this.own(row, UPPER) - this.own(row, LOWER)) / 2);
    }
  }

  /** The network's own quantile, of its paths. O(1). */
  own(row: number, p: number): number {
    const { sorted, paths } = this.#parts;
    return quantileOf(sorted.subarray(row * paths, (row + 1) * paths), p * (paths + 1) - 1);
  }

  /** The calibrated quantile; around the weighted point the network's own where too few errors were seen. */
  quantile(row: number, p: number): number {
    if (this.#calibration.isCalibrated(row)) {
      return this.#point[row] + this.#spread[row] * this.#calibration.quantile(row, p);
    }
    return this.#point[row] + this.own(row, p) - this.own(row, 0.5);
  }

  /** What came at a row, as a level. The calibration learns of it; to be asked for quantiles before. */
  settle(row: number, y: number): void {
    const forecast = {
      points: this.points,
      at: row * CANDIDATES,
      point: this.#point[row],
      spread: this.#spread[row],
    };
    this.#calibration.settle(row, y, forecast);
  }
}
