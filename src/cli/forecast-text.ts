import { type BacktestLine, METHODS } from '../forecast/backtest.ts';
import type { Crossing } from '../forecast/crossing.ts';
import { type Forecast, type ForecastChannel, LEVELS } from './forecast-series.ts';

const [L95, , L80, , MEDIAN, , U80, , U95] = LEVELS.map((_, n) => n);

/** A forecast for people: a line for each row, the crossing in a sentence, the backtest as a table. */
export function forecastText({ series, times, paths, channels }: Forecast, cross: number | undefined): string {
  return channels
    .map((channel) => {
      const unit = channel.unit === '' ? '' : `, ${channel.unit}`;
      const head = `${series} ${channel.channel}${unit}: ${times.length} rows ahead, ${paths} paths`;
      const crossed = channel.crossing === undefined ? [] : [crossingSentence(channel, channel.crossing, cross)];
      return `${[head, ...rowLines(channel, times), ...crossed, ...backtestLines(channel.backtest)].join('\n')}\n`;
    })
    .join('\n');
}

function rowLines({ quantiles }: ForecastChannel, times: readonly number[]): readonly string[] {
  const title = columns(['time', 'median', '80 % from', 'to', '95 % from', 'to']);
  const lines = times.map((time, row) => {
    const numbers = [MEDIAN, L80, U80, L95, U95].map((n) => short(quantiles[row][n]));
    return columns([clock(time), ...numbers]);
  });
  return [title, ...lines];
}

function crossingSentence({ channel, unit }: ForecastChannel, crossing: Crossing, cross = Number.NaN): string {
  const { direction, probability, early, median, late } = crossing;
  const way = direction === 'up' ? 'rises to' : 'falls to';
  const what = `${channel} ${way} ${cross}${unit === '' ? '' : ` ${unit}`}`;
  const likely = `with probability ${probability.toFixed(2)} in these rows`;
  if (early === undefined || median === undefined || late === undefined) return `${what} ${likely}`;
  return `${what} ${likely}; where it does, first at ${clock(median)} (median; 80 %: ${clock(early)} to ${clock(late)})`;
}

function backtestLines(lines: readonly BacktestLine[]): readonly string[] {
  if (lines.length === 0) return [];
  const title = columns(['rows ahead', 'method', 'CRPS', 'in 80 %', 'in 95 %', 'pinball .1', '.5', '.9', 'count']);
  const body = lines.map(({ method, from, to, crps, in80, in95, pinball, count }) =>
    columns([
      ...[method === METHODS[0] ? (from === to ? `${from}` : `${from}–${to}`) : '', method],
      ...[short(crps), percent(in80), percent(in95), ...pinball.map(short), String(count)],
    ]),
  );
  return ['', 'backtest', title, ...body];
}

function columns([first, ...rest]: readonly string[]): string {
  return `  ${[first.padEnd(18), ...rest.map((text) => text.padStart(11))].join('')}`.trimEnd();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}

/** `2015-02-01 00:30Z`; seconds only where there are any. */
function clock(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, timeMs % 60_000 === 0 ? 16 : 19)}Z`;
}
