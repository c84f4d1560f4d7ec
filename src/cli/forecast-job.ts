import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { loadConfig } from '../config/load.ts';
import { detectorOptions } from '../config/stream.ts';
import { Detector } from '../detector/detector.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { ScoreOutput } from '../event/output.ts';
import { Forecaster, type ForecastOptions } from '../forecast/forecaster.ts';
import { restoreState } from '../pipeline/task/checkpoint-writer.ts';
import { openFolder } from '../state/open.ts';
import { readForForecast } from './forecast-run.ts';
import { type FileFlags, fileJob, type ReplayJob } from './replay-job.ts';
import { refuseUnstored, streamJob, streamNamed } from './replay-stream.ts';

/**
 * Where the series come from: a file, through a stream of a configuration or as flags say; or the state of a stream.
 */
export interface ForecastInput extends Omit<FileFlags, 'valueColumns'> {
  readonly path?: string | undefined;
  readonly config?: string | undefined;
  readonly stream?: string | undefined;
  readonly valueColumns?: readonly string[] | undefined;
}

/** A detector that has seen the past, and the forecaster that saw it beside it. */
export interface Learnt {
  readonly detector: Detector;
  readonly forecaster: Forecaster;
  readonly options: ReplayJob['options'];
  /** Whether the errors of earlier forecasts were seen. */
  readonly calibrated: boolean;
}

/** Reads a file, or the state of a stream. `seen`: each scored row. @throws Failure */
export async function learn(
  input: ForecastInput,
  forecast: ForecastOptions,
  seen: (row: ScoreOutput) => void,
): Promise<Learnt> {
  if (input.path === undefined) return await learnedState(input, forecast);
  const job = await jobOf(input.path, input);
  const options = { ...job.options, scores: true };
  refuseWords(options);
  // Engines differ in the last digits: the order of this build, not of a race, so that the same call gives the same.
  const detector = new Detector(options);
  const forecaster = new Forecaster(options, forecast);
  if (job.guessed !== '') process.stderr.write(`guessed from the head of the file: ${job.guessed}\n`);
  if (job.firstTime !== undefined) process.stderr.write(`time of the first row: ${job.firstTime}\n`);
  if (job.timeless) {
    process.stderr.write('no column looks like a time: rows count as a second apart; name it with --time-column\n');
  }
  const read = await readForForecast({ ...job, options }, detector, forecaster, seen);
  process.stderr.write(
    `${input.path}: ${read.rows} rows of ${detector.seriesCount} series read, ${read.rejected} records rejected\n`,
  );
  process.stderr.write(read.rejects.lines);
  return { detector, forecaster, options, calibrated: true };
}

/** A file as flags or a configuration describe it. @throws Failure cli/bad-flag */
export async function jobOf(path: string, input: ForecastInput): Promise<ReplayJob> {
  const { config, stream, valueColumns, sort = false } = input;
  if (config !== undefined) return await streamJob(path, streamNamed(loadConfig(config, process.env), stream), sort);
  if (valueColumns === undefined) {
    throw new Failure('cli/bad-flag', 'name the channels, or a configuration with -c', { where: '--value-columns' });
  }
  return await fileJob(path, { ...input, valueColumns });
}

/** A fan is of numbers. */
function refuseWords({ channels }: DetectorOptions): void {
  const words = channels.find(({ kind }) => kind === 'category');
  if (words === undefined) return;
  throw new Failure('cli/bad-flag', 'words have no order, and so no band; forecast a stream of numbers or counts', {
    where: `channels.${words.name}`,
  });
}

/** What a run has stored; the run must not be under way. */
async function learnedState({ config: path, stream }: ForecastInput, forecast: ForecastOptions): Promise<Learnt> {
  if (path === undefined) {
    throw new Failure(
      'cli/bad-flag',
      'name a file, or with -c a configuration whose state folder has what was learned',
      {
        where: 'file',
      },
    );
  }
  if (forecast.backtest !== undefined) {
    throw new Failure('cli/bad-flag', 'needs a file: a state has no rows to compare with', { where: '--backtest' });
  }
  const config = loadConfig(path, process.env);
  const named = streamNamed(config, stream);
  refuseUnstored(named);
  const options = detectorOptions(named.name, named.stream);
  refuseWords(options);
  const { folder } = config.state;
  // Opening would make a folder where there is none.
  await readFile(`${folder}/created`).catch((cause) => {
    throw new Failure('cli/bad-flag', `there is no state in ${folder}; \`run\` or \`replay --into\` make one`, {
      cause,
    });
  });
  const report = () => {};
  const store = await openFolder({ ...config.state, backup_interval: 0 }, { now: Date.now, report });
  try {
    if (store.isNew(named.name)) {
      throw new Failure('cli/bad-flag', `the stream ${named.name} has no state in ${folder}`, { where: '--stream' });
    }
    const detector = new Detector(options);
    await restoreState(detector.state, (await store.restore(named.name)).entries);
    return { detector, forecaster: new Forecaster(options, forecast), options, calibrated: false };
  } finally {
    await store.close();
  }
}
