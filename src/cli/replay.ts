import { resolve } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import { enginesFor } from '../pipeline/run/engines.ts';
import { preload, refuseExisting } from '../pipeline/task/preload.ts';
import { readinessLine } from '../service/readiness.ts';
import { openFolder } from '../state/open.ts';
import type { Store } from '../store/store.ts';
import { flagText, readingFlags, withReading } from './reading-flags.ts';
import { type BundleFlags, isBundleFile, replayBundle } from './replay-bundle.ts';
import { fileJob, type ReplayJob } from './replay-job.ts';
import { ReplayOutputs } from './replay-outputs.ts';
import { type NamedStream, refuseUnstored, streamJob, streamNamed } from './replay-stream.ts';
import { missingLine, type Replayed, scoreAll } from './replayed.ts';

const flags = z.object({
  ...readingFlags,
  into: z.string().optional(),
  replace: z.boolean().optional(),
  budget: z.string().optional(),
  scores: z.string().optional(),
  report: z.string().optional(),
  quiet: z.boolean().optional(),
});

type Flags = z.infer<typeof flags>;

/** Flags that go with a configuration; it says what the others would. */
const WITH_CONFIG = ['sort', 'config', 'stream', 'into', 'replace', 'scores', 'report', 'quiet'];
/** Flags that go with a bundle. */
const WITH_BUNDLE = ['engine', 'scores', 'report', 'quiet'];
/** Flags that need one. */
const OF_CONFIG = ['stream', 'into', 'replace'] as const;

/**
 * `surprisal replay FILE`: scores a file from its first row to its last, delivers nothing, and keeps what it learned
 * where asked to.
 */
export function replayCommand(): Command {
  const command = new Command('replay')
    .summary('score a file from its first row to its last')
    .description(
      'Scores a CSV or JSONL file (gzip too; - for standard input), learning as it goes. Delivers nothing anywhere. ' +
        'With -c through a stream of a configuration; with --into too, what it learned is kept for the next run.',
    )
    .argument(
      '<file>',
      'CSV with a header, or JSON lines; with -c as the stream decodes its records; or the bundle of an alert',
    )
    .option('--into <folder>', 'a state folder: keeps there what the stream learned, and `run` continues from it')
    .option('--replace', 'with --into: forget what the stream learned there before');
  return withOutputs(withReading(command)).action(async (path: string, given: unknown) => {
    const named = Object.keys(command.opts()).filter((flag) => command.getOptionValueSource(flag) === 'cli');
    if (await isBundleFile(path)) await replayBundle(path, checkedForBundle(given, named));
    else await replay(path, checked(given, named));
  });
}

function withOutputs(command: Command): Command {
  return command
    .option('--budget <budget>', 'alerts to live with, such as 3/week or 1/month/series')
    .option('--scores <out.csv>', 'one line for each row scored')
    .option('--report <out.html>', 'everything drawn, in one file')
    .option('--quiet', 'print no alerts');
}

/** `named`: the flags that were given. @throws Failure cli/bad-flag */
function checked(given: unknown, named: readonly string[]): Flags {
  const { data, error } = flags.safeParse(given);
  if (error)
    throw new Failure('cli/bad-flag', error.issues[0].message, { where: flagText(String(error.issues[0].path[0])) });
  const beside = named.find((flag) => !WITH_CONFIG.includes(flag));
  if (data.config !== undefined && beside !== undefined) {
    throw new Failure('cli/bad-flag', 'the configuration says that; leave out one of the two', {
      where: flagText(beside),
    });
  }
  const alone = OF_CONFIG.find((flag) => data[flag] !== undefined);
  if (data.config === undefined && alone !== undefined) {
    throw new Failure('cli/bad-flag', 'needs a configuration: give it with -c', { where: flagText(alone) });
  }
  if (data.replace && data.into === undefined) {
    throw new Failure('cli/bad-flag', 'goes with --into', { where: '--replace' });
  }
  return data;
}

/** Flags that go with a bundle; it says what the others would. @throws Failure cli/bad-flag */
function checkedForBundle(given: unknown, named: readonly string[]): BundleFlags {
  const beside = named.find((flag) => !WITH_BUNDLE.includes(flag));
  if (beside === undefined) return checked(given, []);
  throw new Failure('cli/bad-flag', 'the bundle says that; leave it out', { where: flagText(beside) });
}

async function replay(path: string, given: Flags): Promise<void> {
  if (given.config === undefined) {
    const { valueColumns } = given;
    if (valueColumns === undefined) {
      throw new Failure('cli/bad-flag', 'name the channels, or a configuration with -c', { where: '--value-columns' });
    }
    await scored(path, await fileJob(path, { ...given, valueColumns }), given);
    return;
  }
  const config = loadConfig(given.config, process.env);
  const named = streamNamed(config, given.stream);
  if (given.into === undefined) {
    const job = await streamJob(path, named, given.sort ?? false);
    // Scores are wanted here, whether the stream emits them or not: nothing else depends on that.
    await scored(path, { ...job, options: { ...job.options, scores: true } }, given);
  } else await storedInto(given.into, { path, config, named, given });
}

interface Storing {
  readonly path: string;
  readonly config: Config;
  readonly named: NamedStream;
  readonly given: Flags;
}

/** Scores the history, and stores what was learned; the folder is nobody else's meanwhile. */
async function storedInto(folder: string, { path, config, named, given }: Storing): Promise<void> {
  refuseUnstored(named);
  const job = await streamJob(path, named, given.sort ?? false);
  const store = await opened(folder, config);
  try {
    if (!given.replace) refuseExisting(store, named.name, folder);
    const replayed = await scored(path, job, given);
    if (replayed.accepted === 0) {
      throw new Failure('source/unusable', 'there is no record, so nothing is stored', { where: path });
    }
    await preload(store, named.name, replayed);
  } finally {
    await store.close();
  }
  const own = resolve(config.state.folder) === resolve(folder);
  const then = own
    ? `\`run -c ${given.config}\` continues from it`
    : '`run` continues from it where it is `state.folder`';
  process.stderr.write(`what ${named.name} learned is stored in ${folder}; ${then}\n`);
}

/** A backup is taken once the state is stored: after damage, none from before it may come back. */
async function opened(folder: string, { state }: Config): Promise<Store> {
  const report = ({ failure }: { readonly failure?: Failure | undefined }) => {
    if (failure !== undefined) process.stderr.write(`surprisal: ${failure.describe()}\n`);
  };
  return await openFolder({ ...state, folder, backup_interval: 0 }, { now: Date.now, report });
}

/** Scores everything, and reports on standard error how it went. */
async function scored(path: string, job: ReplayJob, given: Flags): Promise<Replayed> {
  const detector = new Detector(job.options, { engines: enginesFor(job.options).engines });
  process.stderr.write(`budget: ${job.budget}\n`);
  if (job.guessed !== '') process.stderr.write(`guessed from the head of the file: ${job.guessed}\n`);
  if (job.firstTime !== undefined) process.stderr.write(`time of the first row: ${job.firstTime}\n`);
  if (job.timeless) {
    process.stderr.write('no column looks like a time: rows count as a second apart; name it with --time-column\n');
  }
  const out = await ReplayOutputs.open(given, job.options.channels);
  const replayed = await scoreAll(job, detector, out).finally(() => out.close());
  const settings = { engine: detector.engine, seed: String(job.options.network.seed), budget: job.budget };
  await out.report(path, settings, detector.warmUp);
  const { alerts, accepted, rejected, rejects, late } = replayed;
  const { rows, missing } = detector.counts;
  const unscored = missing > 0 ? `, ${missing} rows without a value` : '';
  process.stderr.write(
    `${path}: ${rows} rows of ${detector.seriesCount} series scored${unscored}, ${alerts} alerts, ${rejected} records rejected\n`,
  );
  for (const values of replayed.missing) process.stderr.write(`${missingLine(values)}\n`);
  process.stderr.write(rejects.lines);
  if (late > 0) {
    const advice = given.sort ? '' : '; --sort reads the file in the order of its times';
    process.stderr.write(`${late} of the rejected records are earlier than a record before them${advice}\n`);
  }
  if (accepted === 0 && rejected > 0) {
    throw new Failure('source/unusable', `none of ${rejected} records could be used`, { where: path });
  }
  if (detector.seriesCount > 0) process.stderr.write(`${readinessLine(detector)}\n`);
  return replayed;
}
