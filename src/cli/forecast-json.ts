import type { Crossing } from '../forecast/crossing.ts';
import { type Forecast, type ForecastChannel, LEVELS } from './forecast-series.ts';

/** A forecast as one JSON value; times in ISO 8601. */
export function forecastJson({ series, times, paths, channels }: Forecast) {
  return { series, paths, times: times.map(iso), levels: LEVELS, channels: channels.map(channelJson) };
}

function channelJson({ channel, unit, quantiles, crossing, backtest }: ForecastChannel) {
  return {
    ...{ channel, unit, quantiles },
    ...(crossing === undefined ? {} : { crossing: crossingJson(crossing) }),
    ...(backtest.length === 0 ? {} : { backtest }),
  };
}

function crossingJson({ direction, probability, early, median, late }: Crossing) {
  const times = early === undefined || median === undefined || late === undefined;
  return { direction, probability, ...(times ? {} : { p10: iso(early), p50: iso(median), p90: iso(late) }) };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
