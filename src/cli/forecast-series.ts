import { Failure } from '../errors/failure.ts';
import type { EpochMs } from '../event/time.ts';
import type { BacktestLine } from '../forecast/backtest.ts';
import { type Crossing, crossing } from '../forecast/crossing.ts';
import type { Learnt } from './forecast-job.ts';

/** Levels of the quantiles that are written. */
export const LEVELS: readonly number[] = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975];

/** How one channel continues. */
export interface ForecastChannel {
  readonly channel: string;
  readonly unit: string;
  /** [rows][LEVELS]; null = the channel never had a value. */
  readonly quantiles: readonly (readonly (number | null)[])[];
  /** [rows, paths], row-major. */
  readonly samples: Float64Array;
  readonly crossing?: Crossing | undefined;
  readonly backtest: readonly BacktestLine[];
}

/** How one series continues. */
export interface Forecast {
  readonly series: string;
  readonly times: readonly EpochMs[];
  readonly paths: number;
  readonly channels: readonly ForecastChannel[];
}

/** The forecast of one series, as it is written. @throws Failure cli/bad-flag where the series has left */
export function forecastOf(series: string, { detector, forecaster, options }: Learnt, cross?: number): Forecast {
  const view = detector.state.look(series);
  if (view === undefined) throw new Failure('cli/bad-flag', `there is no series ${series}`, { where: '--series' });
  const prediction = forecaster.forecast(series, view);
  const { times, paths } = prediction;
  const channels = options.channels.map(({ name, unit }, d) => {
    const samples = prediction.path(d);
    const quantiles = times.map((_, row) => LEVELS.map((p) => finite(prediction.quantile(d, row, p))));
    const from = prediction.newest(d);
    const crosses = cross === undefined ? undefined : crossing(cross, { times, paths, values: samples, from });
    const backtest = forecaster.backtest(series, d);
    return { channel: name, unit, quantiles, samples, crossing: crosses, backtest };
  });
  return { series, times, paths, channels };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
