import type { BacktestLine } from '../../../src/forecast/backtest.ts';
import { crps, GRID, pinball } from '../../../src/forecast/measures.ts';
import { quantileOf } from '../../../src/forecast/residuals.ts';
import type { ForecastSet } from './sets.ts';

/** Every method, in the order of tables. */
export const METHODS = ['surprisal', 'network', 'last', 'season', 'week', 'ets', 'theta'];

/** Groups of horizons that are shown: up to so many rows ahead. */
const GROUPS = [1, 4, 12, 24, 48, 96];
/** Past errors of a baseline that give its quantiles. */
const ERRORS = 1000;

/** One series: its values, and from which of them forecasts begin: after so many. */
export interface Job {
  readonly values: readonly number[];
  readonly origins: readonly number[];
}

/** Quantiles of the grid for each row ahead. */
export interface Made {
  readonly origin: number;
  readonly quantiles: readonly (readonly number[])[];
}

/** Means over the forecasts of a group of horizons. */
export interface Compared extends Omit<BacktestLine, 'method'> {
  readonly set: string;
  readonly method: string;
}

/** Scores a method's forecasts against what came. */
export function compare(
  { name, rows }: ForecastSet,
  method: string,
  jobs: readonly Job[],
  series: readonly (readonly Made[])[],
): readonly Compared[] {
  const compared: Compared[] = [];
  for (const [n, end] of GROUPS.entries()) {
    const [from, to] = [(GROUPS[n - 1] ?? 0) + 1, Math.min(end, rows)];
    if (from > rows) break;
    const sums = { count: 0, crps: 0, in80: 0, in95: 0, pinball: [0, 0, 0] };
    for (const [at, made] of series.entries()) {
      for (const { origin, quantiles } of made) {
        for (let row = from - 1; row < to; row++) take(sums, quantiles[row], jobs[at].values[origin + row]);
      }
    }
    const { count, ...all } = sums;
    const means = { crps: all.crps / count, in80: all.in80 / count, in95: all.in95 / count };
    compared.push({ set: name, method, from, to, count, ...means, pinball: all.pinball.map((sum) => sum / count) });
  }
  return compared;
}

type Sums = { count: number; crps: number; in80: number; in95: number; pinball: number[] };

function take(sums: Sums, quantiles: readonly number[] | undefined, y: number | undefined): void {
  if (quantiles === undefined || y === undefined || !Number.isFinite(y)) return;
  const grid = Float64Array.from(quantiles);
  const at = (p: number) => quantileOf(grid, p * 100 - 1);
  sums.count++;
  sums.crps += crps(grid, y);
  if (y >= at(0.1) && y <= at(0.9)) sums.in80++;
  if (y >= at(0.025) && y <= at(0.975)) sums.in95++;
  for (const [n, p] of [0.1, 0.5, 0.9].entries()) sums.pinball[n] += pinball(p, at(p), y);
}

/** The last value, or that of a season ago, with the quantiles of its own last errors so many rows ahead. */
export function naive({ values, origins }: Job, { rows, options, channel }: ForecastSet, season: number): Made[] {
  const log = options.channels[channel].transform === 'log_return';
  const levels = values.map((value) => (log ? Math.log(value) : value));
  const point = (origin: number, row: number) =>
    levels[season === 0 ? origin - 1 : origin + row - season * Math.ceil((row + 1) / season)];
  return origins.map((origin) => ({
    origin,
    quantiles: Array.from({ length: rows }, (_, row) => {
      const errors: number[] = [];
      for (let before = origin - row - 1; before > season && errors.length < ERRORS; before--) {
        const error = levels[before + row] - point(before, row);
        if (Number.isFinite(error)) errors.push(error);
      }
      const sorted = Float64Array.from(errors).sort();
      return GRID.map((p) => {
        const level = point(origin, row) + quantileOf(sorted, p * (sorted.length + 1) - 1);
        return log ? Math.exp(level) : level;
      });
    }),
  }));
}

/** The sets that were compared, in order. */
export function setsOf(all: readonly Compared[]): readonly string[] {
  return [...new Set(all.map(({ set }) => set))];
}

/** The groups of horizons of a set. */
export function groupsOf(all: readonly Compared[], set: string): readonly Compared[] {
  return all.filter((line) => line.set === set && line.method === 'last');
}

/** The methods of a set, in the order of tables. */
export function methodsOf(all: readonly Compared[], set: string): readonly string[] {
  return METHODS.filter((method) => all.some((line) => line.set === set && line.method === method));
}
