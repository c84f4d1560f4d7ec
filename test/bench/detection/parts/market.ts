import path from 'node:path';
import { worlds } from '../../../../src/simulate/worlds.ts';
import { csvRows, utcMs } from '../data/csv.ts';
import { dataFolder } from '../data/folder.ts';
import { christoffersen, conditionalCoverage, kupiec } from '../metrics/coverage.ts';
import type { Part, PartOptions, PartResult, Plot, Row } from '../part.ts';
import type { Recording, StreamCase, Watched } from '../recording.ts';

/** Rows that nobody is judged by: a network learns first. */
const FROM = 250;
/** Share of rows that a 95 % band is to leave out. */
const SHARE = 0.05;
const SYMBOLS = 4;
const DAYS = 20;
const DRAWN = 500;

/** A band's series, all of them judged alike. */
interface MarketCase {
  readonly name: string;
  readonly stream: StreamCase;
}

/** Coverage of the bands on prices. */
export const market: Part = {
  name: 'market',
  summary: `95 % bands of log-returns, rows from the ${FROM}th on: VIX by the day, the S&P 500 by the month, and the simulated market without faults (${SYMBOLS} symbols, ${DAYS} days, a row a minute). Outside: share of rows outside the band, 0.05 if it is right; below and above apart. p-values of Kupiec's test (as many as there should be), Christoffersen's (independent of the row before) and both together: small ones refute the band.`,
  contestants: 'product',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const judged = [vix(), monthly(), simulatedMarket(seed)].flatMap(({ name, stream }) =>
    contestant
      .watch(stream, seed)
      .map((watched) => ({ name: stream.recordings.length > 1 ? `${name} ${watched.recording.name}` : name, watched })),
  );
  const rows = judged.map(({ name, watched }) => coverage(name, watched));
  const headline = Object.fromEntries(rows.slice(0, 3).map(({ name, cells }) => [`${name} outside`, cells.outside]));
  const plots =
    contestant.name === 'surprisal' ? judged.slice(0, 2).map(({ name, watched }) => plot(name, watched)) : [];
  return { rows, headline, plots };
}

function coverage(name: string, { recording, band }: Watched): Row {
  if (band === undefined) throw new Error(`${name}: whoever is judged by the band has one`);
  const rows = Array.from(recording.times.keys()).filter(
    (row) => row >= FROM && Number.isFinite(band.lower[row] + band.upper[row]),
  );
  const below = rows.map((row) => recording.values[0][row] < band.lower[row]);
  const above = rows.map((row) => recording.values[0][row] > band.upper[row]);
  const outside = rows.map((_, i) => below[i] || above[i]);
  const count = outside.filter((is) => is).length;
  return {
    name,
    cells: {
      rows: rows.length,
      outside: count / rows.length,
      below: below.filter((is) => is).length / rows.length,
      above: above.filter((is) => is).length / rows.length,
      'Kupiec p': kupiec(count, rows.length, SHARE).pValue,
      'Christoffersen p': christoffersen(outside).pValue,
      'conditional p': conditionalCoverage(outside, SHARE).pValue,
    },
  };
}

function vix(): MarketCase {
  const rows = csvRows(path.join(dataFolder('market'), 'vix-daily.csv'));
  return prices(
    'VIX daily',
    rows.map(({ DATE }) => DATE),
    rows.map(({ CLOSE }) => Number(CLOSE)),
  );
}

function monthly(): MarketCase {
  const rows = csvRows(path.join(dataFolder('market'), 'data.csv')).filter(({ SP500 }) => Number(SP500) > 0);
  return prices(
    'S&P 500 monthly',
    rows.map(({ Date: date }) => date),
    rows.map(({ SP500 }) => Number(SP500)),
  );
}

function prices(name: string, dates: readonly string[], values: readonly number[]): MarketCase {
  const recording = { name, times: Float64Array.from(dates, utcMs), values: [Float64Array.from(values)] };
  const channels = { price: { transform: 'log_return' } };
  return { name, stream: { config: { channels, features: { calendar: [], season: null } }, recordings: [recording] } };
}

function simulatedMarket(seed: number): MarketCase {
  const world = worlds.find(({ name }) => name === 'market');
  if (world === undefined) throw new Error('there is no simulated market');
  const events = [...world.generate(world.options.parse({ symbols: SYMBOLS, days: DAYS, seed, fault_rate: 0 }))];
  const recordings = [...new Set(events.map(({ series }) => series))].map((name): Recording => {
    const own = events.filter(({ series }) => series === name);
    const values = Float64Array.from(own, ({ fields }) => Number(fields.price));
    return { name, times: Float64Array.from(own, ({ timeMs }) => timeMs), values: [values] };
  });
  const channels = { price: { transform: 'log_return', resolution: 0.01 } };
  const features = { zone: 'America/New_York', season: '1d', session_gap: '30m' };
  return { name: 'simulated', stream: { config: { channels, features }, recordings } };
}

function plot(name: string, { recording, band }: Watched): Plot {
  const from = Math.max(0, recording.times.length - DRAWN);
  const shown = (values: Float64Array | undefined) =>
    Array.from(values?.slice(from) ?? [], (value) => (Number.isFinite(value) ? value : null));
  return {
    title: `${name}: price and its 95 % band`,
    x: [...recording.times.slice(from)],
    curves: [
      { name: 'price', y: shown(recording.values[0]) },
      { name: 'lower', y: shown(band?.lower) },
      { name: 'upper', y: shown(band?.upper) },
    ],
    time: true,
  };
}
