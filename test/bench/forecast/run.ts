/* node test/bench/run.mjs test/bench/forecast/run.ts [--sets taxi,homes] [--data ../shared/data] [--python python3] [--out build/forecast.json]
 *
 * Forecasts from the same rows of the same series by Surprisal, by the network alone, by "next = last" and "as a season ago" with the quantiles of their own
 * past errors, and by ETS and theta of Python's statsmodels (pip install statsmodels; left out where it is missing). CRPS, coverage and pinball loss by
 * horizon, as a table; every number in a JSON file for `plot.ts`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Detector } from '../../../src/detector/detector.ts';
import { Forecaster } from '../../../src/forecast/forecaster.ts';
import { GRID } from '../../../src/forecast/measures.ts';
import { type Compared, compare, type Job, type Made, naive } from './compared.ts';
import { type ForecastSet, setOf } from './sets.ts';

const ALL = 'taxi,temperature,vix,sp500,homes';

/** Everything of one series that is forecast from. */
interface SeriesForecasts {
  readonly values: number[];
  readonly own: { readonly origin: number; readonly quantiles: number[][] }[];
  readonly network: { readonly origin: number; readonly quantiles: number[][] }[];
}

const { values: flags } = parseArgs({
  options: {
    sets: { type: 'string', default: ALL },
    data: { type: 'string', default: '../shared/data' },
    python: { type: 'string', default: 'python3' },
    out: { type: 'string', default: 'build/forecast.json' },
  },
});

const results: Compared[] = [];
for (const name of flags.sets.split(',')) results.push(...compareSet(await setOf(name, flags.data)));
mkdirSync(path.dirname(flags.out), { recursive: true });
writeFileSync(flags.out, JSON.stringify(results));

function compareSet(set: ForecastSet): readonly Compared[] {
  const started = process.cpuUsage();
  const bySeries = forecasts(set);
  const { user, system } = process.cpuUsage(started);
  process.stderr.write(`${set.name}: ${((user + system) / 1e6).toFixed(1)} CPU-seconds for our own forecasts\n`);
  const jobs = [...bySeries.values()].map(({ values, own }) => ({ values, origins: own.map(({ origin }) => origin) }));
  const all = {
    surprisal: [...bySeries.values()].map(({ own }) => own),
    network: [...bySeries.values()].map(({ network }) => network),
  };
  const baselines = {
    last: jobs.map((job) => naive(job, set, 0)),
    ...(set.season > 0 ? { season: jobs.map((job) => naive(job, set, set.season)) } : {}),
    ...(set.season > 0 ? { week: jobs.map((job) => naive(job, set, 7 * set.season)) } : {}),
    ...statsmodels(set, jobs),
  };
  const compared = Object.entries({ ...all, ...baselines }).flatMap(([method, series]) =>
    compare(set, method, jobs, series),
  );
  print(compared);
  return compared;
}

/** Our own, made in one pass over the rows. */
function forecasts(set: ForecastSet): ReadonlyMap<string, SeriesForecasts> {
  const { options, observations, rows, channel } = set;
  const detector = new Detector(options);
  const forecaster = new Forecaster(options, { rows, paths: 200, seed: 1 });
  const perSeries = observations.length / new Set(observations.map(({ series }) => series)).size;
  const origins = new Set(
    Array.from({ length: set.origins }, (_, n) => Math.floor(perSeries * (0.45 + (0.5 * n) / set.origins))),
  );
  const bySeries = new Map<string, SeriesForecasts>();
  for (const observation of observations) {
    detector.observe(observation);
    for (const output of detector.drain()) {
      if (output.kind !== 'score') continue;
      const { series, timeMs, channels } = output;
      const view = detector.state.look(series);
      if (view === undefined) continue;
      forecaster.observe(
        series,
        view,
        timeMs,
        channels.map(({ value }) => value ?? Number.NaN),
      );
      const known = bySeries.get(series) ?? { values: [], own: [], network: [] };
      bySeries.set(series, known);
      known.values.push(channels[channel].value ?? Number.NaN);
      if (!origins.has(known.values.length)) continue;
      const prediction = forecaster.forecast(series, view);
      known.own.push({
        origin: known.values.length,
        quantiles: quantilesOf(rows, (row, p) => prediction.quantile(channel, row, p)),
      });
      known.network.push({
        origin: known.values.length,
        quantiles: quantilesOf(rows, (row, p) => prediction.own(channel, row, p)),
      });
    }
  }
  return bySeries;
}

function quantilesOf(rows: number, of: (row: number, p: number) => number): number[][] {
  return Array.from({ length: rows }, (_, row) => GRID.map((p) => of(row, p)));
}

/** ETS and theta for the same origins; nothing where statsmodels is missing. */
function statsmodels(
  { rows, season, options, channel }: ForecastSet,
  jobs: readonly Job[],
): Readonly<Record<string, readonly (readonly Made[])[]>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'forecast-'));
  try {
    const log = options.channels[channel].transform === 'log_return';
    writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ rows, season, log, jobs, grid: GRID }));
    execFileSync(flags.python, [path.join(import.meta.dirname, 'statsmodels_baselines.py'), folder], {
      stdio: 'inherit',
    });
    return JSON.parse(readFileSync(path.join(folder, 'answer.json'), 'utf8'));
  } catch (error) {
    process.stderr.write(`no ETS and theta: ${error instanceof Error ? error.message : String(error)}\n`);
    return {};
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(compared: readonly Compared[]): void {
  for (const { set, method, from, to, count, crps, in80, in95, pinball } of compared) {
    const numbers = [crps, ...pinball].map((value) => Number(value.toPrecision(3)));
    const [of, ...losses] = numbers;
    const shares = [in80, in95].map((share) => `${Math.round(100 * share)} %`);
    process.stdout.write(`| ${[set, `${from}–${to}`, method, of, ...shares, ...losses, count].join(' | ')} |\n`);
  }
}
