import type { DetectorOptions } from '../detector/options.ts';
import type { SeriesView } from '../detector/snapshot.ts';
import type { EpochMs } from '../event/time.ts';
import { hash32 } from '../math/hash.ts';
import { Backtest, type BacktestLine } from './backtest.ts';
import { Calibration } from './calibration.ts';
import { CANDIDATES, Fan } from './fan.ts';
import { Future } from './future.ts';
import { toLevel } from './level.ts';
import { Past } from './past.ts';
import { PathSampler } from './paths.ts';
import { timesAhead, Weekdays } from './times.ts';

/** Rows of a series before its forecasts are compared with what comes. */
const FIRST_ORIGIN = 150;
/** Forecasts made while reading, before they are made half as often: reading n rows costs O(log n) forecasts. */
const ORIGINS = 192;
/** Paths of a forecast that is only made to be compared. */
const LEARNING_PATHS = 64;

/** How forecasts are made. */
export interface ForecastOptions {
  /** Rows ahead. */
  readonly rows: number;
  readonly paths: number;
  readonly seed: number;
  /** Whether to score them against what comes; from row `after` of a series on. */
  readonly backtest?: { readonly after: number } | undefined;
}

/** What is known of one series beside the detector's state. */
interface Known {
  readonly recent: Past;
  readonly weekdays: Weekdays;
  /** By channel. */
  readonly calibrations: readonly Calibration[];
  readonly backtests: readonly Backtest[];
  /** Forecasts that wait for their rows, oldest first. */
  open: readonly { readonly row: number; readonly fans: readonly Fan[]; readonly counts: boolean }[];
  rows: number;
  origins: number;
  every: number;
}

/**
 * Forecasts of the series of a detector. It is shown each row once the detector has taken it in; every so many rows it
 * forecasts, and learns from what comes how far to trust a forecast so many rows ahead. Without that, as from a stored
 * state alone, the quantiles are the network's own.
 */
export class Forecaster {
  readonly #options: ForecastOptions;
  readonly #detector: DetectorOptions;
  readonly #sampler: PathSampler;
  readonly #known = new Map<string, Known>();
  readonly #levels: Float64Array;

  constructor(detector: DetectorOptions, options: ForecastOptions) {
    this.#detector = detector;
    this.#options = options;
    this.#sampler = new PathSampler(detector);
    this.#levels = new Float64Array(detector.channels.length);
  }

  /** A row of a series, as the detector has just taken it in; `values` [D], NaN = missing. O(1) but at an origin. */
  observe(series: string, view: SeriesView, timeMs: EpochMs, values: readonly number[]): void {
    const known = this.#of(series);
    const levels = this.#levels;
    for (const [d, { transform }] of this.#detector.channels.entries()) levels[d] = toLevel(transform, values[d]);
    known.rows++;
    known.recent.push(timeMs, levels);
    known.weekdays.push(timeMs);
    this.#settle(known, levels);
    if (known.rows < FIRST_ORIGIN || known.rows % known.every !== 0) return;
    const { fans } = this.#forecast(known, view, LEARNING_PATHS, this.#seedOf(series, known.rows));
    const { backtest } = this.#options;
    const counts = backtest !== undefined && known.rows >= backtest.after;
    known.open = [...known.open, { row: known.rows, fans, counts }];
    if (++known.origins % ORIGINS === 0) known.every *= 2;
  }

  /** The rows to come of a series. */
  forecast(series: string, view: SeriesView): Future {
    const { paths } = this.#options;
    const forecast = this.#forecast(this.#of(series), view, paths, this.#seedOf(series, 0));
    return new Future(this.#detector.channels, paths, forecast);
  }

  /** What the backtest found of a channel of a series. */
  backtest(series: string, channel: number): readonly BacktestLine[] {
    return this.#of(series).backtests[channel]?.lines() ?? [];
  }

  #settle(known: Known, levels: Float64Array): void {
    const { rows } = this.#options;
    for (const { row, fans, counts } of known.open) {
      const ahead = known.rows - row - 1;
      for (const [d, fan] of fans.entries()) {
        known.backtests[d]?.take(fan, ahead, levels[d], counts);
        if (Number.isFinite(levels[d])) fan.settle(ahead, levels[d]);
      }
    }
    if (known.open.length > 0 && known.rows - known.open[0].row >= rows) known.open = known.open.slice(1);
  }

  #forecast(known: Known, view: SeriesView, paths: number, seed: number) {
    const { lastMs, intervalMs, values: newest } = this.#sampler.newestOf(view);
    const { calendar } = this.#sampler;
    const times = timesAhead({ lastMs, intervalMs, calendar, weekdays: known.weekdays }, this.#options.rows);
    const sampled = this.#sampler.sample(view, { times, paths, seed });
    const fans = sampled.map((values, channel) => {
      const { transform } = this.#detector.channels[channel];
      const sorted = values.map((value) => toLevel(transform, value));
      for (let row = 0; row < times.length; row++) sorted.subarray(row * paths, (row + 1) * paths).sort();
      const parts = { sorted, paths, recent: known.recent, channel, originMs: lastMs, intervalMs, times };
      return new Fan(parts, known.calibrations[channel]);
    });
    return { times, sampled, fans, newest };
  }

  #seedOf(series: string, row: number): number {
    return hash32(`${this.#options.seed} ${series} ${row}`);
  }

  #of(series: string): Known {
    let known = this.#known.get(series);
    if (known === undefined) {
      const { channels } = this.#detector;
      const { rows, backtest } = this.#options;
      known = {
        recent: new Past(channels.length),
        weekdays: new Weekdays(),
        calibrations: channels.map(() => new Calibration(rows, CANDIDATES)),
        backtests: backtest === undefined ? [] : channels.map(({ transform }) => new Backtest(transform, rows)),
        ...{ open: [], rows: 0, origins: 0, every: Math.max(1, Math.ceil(rows / 4)) },
      };
      this.#known.set(series, known);
    }
    return known;
  }
}
