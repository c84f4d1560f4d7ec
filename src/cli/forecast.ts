import process from 'node:process';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { ScoreOutput } from '../event/output.ts';
import { csvHeader, csvLines, samplesHeader, samplesLines } from './forecast-csv.ts';
import { type Learnt, learn } from './forecast-job.ts';
import { forecastJson } from './forecast-json.ts';
import { type Forecast, type ForecastChannel, forecastOf, LEVELS } from './forecast-series.ts';
import { forecastText } from './forecast-text.ts';
import { flagText, readingFlags, withReading } from './reading-flags.ts';
import { type ForecastBand, ReplayReport } from './replay-report.ts';
import { TextFile } from './text-file.ts';

const flags = z.object({
  ...readingFlags,
  rows: z.coerce.number().int().min(1).max(10_000),
  paths: z.coerce.number().int().min(20).max(10_000),
  series: z.string().optional(),
  cross: z.coerce.number().optional(),
  backtest: z.boolean().optional(),
  backtestFrom: z.coerce.number().int().nonnegative(),
  output: z.enum(['text', 'json', 'csv']),
  samples: z.string().optional(),
  report: z.string().optional(),
});

type Flags = z.infer<typeof flags>;

/** Flags that go with a configuration; it says what the others would. */
const WITH_CONFIG: readonly string[] = [
  ...['config', 'stream', 'sort', 'rows', 'paths', 'series', 'cross', 'backtest', 'backtestFrom', 'output'],
  ...['samples', 'report', 'seed'],
];

/** `surprisal forecast [FILE]`: continues every series of a file, or of what a stream has learned. */
export function forecastCommand(): Command {
  const command = new Command('forecast')
    .summary('continue the series of a file, or of a learned state')
    .description(
      'Reads a file as `replay` does, or with -c alone the state that a stream has learned, and samples how each series continues: quantiles and paths, ' +
        'calibrated by the errors of earlier forecasts in the file. Changes nothing. See docs/forecast.md.',
    )
    .argument(
      '[file]',
      'CSV with a header, or JSON lines; with -c as the stream decodes its records; - for standard input',
    )
    .option('--rows <number>', 'rows ahead', '24')
    .option('--paths <number>', 'sampled paths', '200')
    .option('--series <name>', 'this series only')
    .option('--cross <value>', 'how likely each channel crosses this value, and when')
    .option('--backtest', 'score earlier forecasts in the file against what came, beside baselines')
    .option('--backtest-from <row>', 'rows of a series before the first forecast that counts', '1000')
    .addOption(new Option('--output <how>', 'what is printed').choices(['text', 'json', 'csv']).default('text'))
    .option('--samples <out.csv>', 'every sampled path')
    .option('--report <out.html>', 'the past and the fan drawn, in one file');
  return withReading(command).action(async (path: string | undefined, given: unknown) => {
    const named = Object.keys(command.opts()).filter((flag) => command.getOptionValueSource(flag) === 'cli');
    await forecast(path, checked(given, named));
  });
}

/** @throws Failure cli/bad-flag */
function checked(given: unknown, named: readonly string[]): Flags {
  const { data, error } = flags.safeParse(given);
  if (error) {
    throw new Failure('cli/bad-flag', error.issues[0].message, { where: flagText(String(error.issues[0].path[0])) });
  }
  const beside = named.find((flag) => !WITH_CONFIG.includes(flag));
  if (data.config !== undefined && beside !== undefined) {
    throw new Failure('cli/bad-flag', 'the configuration says that; leave out one of the two', {
      where: flagText(beside),
    });
  }
  if (data.config === undefined && data.stream !== undefined) {
    throw new Failure('cli/bad-flag', 'needs a configuration: give it with -c', { where: '--stream' });
  }
  return data;
}

async function forecast(path: string | undefined, given: Flags): Promise<void> {
  const { rows, paths, seed, backtest, backtestFrom: after } = given;
  const options = { rows, paths, seed, backtest: backtest ? { after } : undefined };
  const past: ScoreOutput[] = [];
  const learnt = await learn({ ...given, path }, options, (row) => {
    if (given.report !== undefined) past.push(row);
  });
  if (!learnt.calibrated) {
    process.stderr.write('from a state alone: the quantiles are the network’s own, not calibrated by earlier errors\n');
  }
  const samples = given.samples === undefined ? undefined : new TextFile(given.samples, samplesHeader());
  const report = new ReplayReport(learnt.options.channels);
  for (const row of past) report.take(row);
  if (given.output === 'csv') process.stdout.write(csvHeader());
  for (const series of seriesOf(learnt, given.series)) {
    const made = forecastOf(series, learnt, given.cross);
    process.stdout.write(printed(made, given));
    await samples?.write(samplesLines(made));
    if (given.report !== undefined) report.forecast(series, made.times, made.channels.map(bandOf));
  }
  await samples?.close();
  if (given.report === undefined) return;
  const settings = { rows: String(rows), paths: String(paths), seed: String(seed), engine: learnt.detector.engine };
  const { warmUp } = learnt.detector;
  await report.write(given.report, { file: path ?? learnt.options.stream, settings, warmUp });
}

function bandOf({ quantiles }: ForecastChannel): ForecastBand {
  const of = (level: number) => quantiles.map((row) => row[LEVELS.indexOf(level)]);
  return { expected: of(0.5), lower: of(0.025), upper: of(0.975) };
}

function printed(made: Forecast, { output, cross }: Flags): string {
  if (output === 'json') return `${JSON.stringify(forecastJson(made))}\n`;
  return output === 'csv' ? csvLines(made) : forecastText(made, cross);
}

/** In order of their names. @throws Failure cli/bad-flag where there is none of that name */
function seriesOf({ detector }: Learnt, wanted: string | undefined): readonly string[] {
  const all = [...detector.state.series].sort();
  if (wanted === undefined) return all;
  if (all.includes(wanted)) return [wanted];
  const some = all.slice(0, 5).join(', ');
  throw new Failure('cli/bad-flag', `there is no series ${wanted}; there are ${all.length}, such as: ${some}`, {
    where: '--series',
  });
}
