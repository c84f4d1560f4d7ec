import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { detectorOptions } from '../config/stream.ts';
import { type Footprint, footprintOf } from '../detector/footprint.ts';
import { grouped } from '../event/figures.ts';
import { alertsBytes, historyBytes } from '../live/options.ts';
import { enginesFor } from '../pipeline/run/engines.ts';
import { recorderBytes } from '../pipeline/task/recorder.ts';
import { parseFlag } from './flag.ts';
import { type Throughput, trialOf } from './trial.ts';

/** Seconds between the observations of a series, where nothing is said. */
const USUAL_SECONDS = 60;

/**
 * What a process has resident at its most, of bytes that its streams take: what the garbage collector and malloc have
 * not given back is counted in, and beside it what is worked in. Measured while all series are saved and restored
 * (`test/bench/kafka-restore.ts`).
 */
const RESIDENT = 1.4;
const WORKED_IN = 100e6;

const count = z.int().min(1);
const rate = z.number().positive();
const duration = z.number().nonnegative();

const flags = z.object({
  config: z.string(),
  series: count.optional(),
  rowsPerSecond: rate.optional(),
  seconds: duration.default(2),
  json: z.boolean().default(false),
});

type Flags = z.output<typeof flags>;

/** What a stream will take. Bytes, but for the rates. */
interface Forecast extends Footprint, Partial<Throughput> {
  readonly stream: string;
  readonly engine: string;
  /** As many as were asked about; else as many as there may be. */
  readonly series: number;
  readonly maxSeries: number;
  readonly rowsPerSecond: number;
  /** In memory, `series` of them and the network. */
  readonly memory: number;
  readonly memoryAtMax: number;
  /** What the live page keeps of that: the history of its series; 0 where there is none. */
  readonly page: number;
  /** What bundles need of that: all that the stream reads between two checkpoints; 0 where none are kept. */
  readonly bundles: number;
  /**
   * The same, as the operating system counts it, at its most: while the state is saved or restored. The program itself
   * apart.
   */
  readonly peak: number;
  readonly backups: number;
  readonly outboxKeep: number;
}

/** `surprisal plan -c FILE`: what a configuration will take of memory, disk and processor. Connects to nothing. */
export function planCommand(): Command {
  return new Command('plan')
    .summary('estimate memory, disk and CPU')
    .description(
      'Says what each stream of a configuration will take, in bytes by its layout, and in cores by a short trial on made-up records. Connects to nothing.',
    )
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--series <n>', 'series of each stream; `series.max` if absent', number('--series', count))
    .option(
      '--rows-per-second <r>',
      'rows of each stream; one a minute of each series if absent',
      number('--rows-per-second', rate),
    )
    .option('--seconds <s>', 'of trial for each stream; 0 = none (default: 2)', number('--seconds', duration))
    .option('--json', 'a JSON object for each stream, one a line')
    .action(async (given: unknown) => {
      const own = process.memoryUsage.rss();
      const asked = flags.parse(given);
      const config = loadConfig(asked.config, process.env);
      let peak = own + WORKED_IN + alertBytes(config);
      for (const name of Object.keys(config.streams)) {
        const forecast = await forecastOf(name, config, asked);
        peak += forecast.peak;
        process.stdout.write(asked.json ? `${JSON.stringify(forecast)}\n` : inWords(forecast));
      }
      if (!asked.json) process.stdout.write(inAll(peak, own));
    });
}

function number(flag: string, schema: z.ZodType): (text: string) => unknown {
  return (text) => parseFlag(flag, schema, text);
}

async function forecastOf(name: string, config: Config, asked: Flags): Promise<Forecast> {
  const options = detectorOptions(name, config.streams[name]);
  const { max } = options.series;
  const series = asked.series ?? max;
  const rowsPerSecond = asked.rowsPerSecond ?? series / USUAL_SECONDS;
  const { engines } = enginesFor(options);
  const footprint = footprintOf(options, rowsPerSecond / series, engines);
  const network = footprint.weights + footprint.buffers;
  const each = footprint.state + footprint.objects;
  const kept = Math.min(series, max);
  const bundles = bundleBytes(name, config, rowsPerSecond);
  const memory = kept * each + network + pageBytes(name, config, kept) + bundles;
  return {
    stream: name,
    engine: engines[0].kind,
    series,
    maxSeries: max,
    rowsPerSecond,
    ...footprint,
    memory,
    memoryAtMax: max * each + network + pageBytes(name, config, max) + bundles,
    page: pageBytes(name, config, kept),
    bundles,
    peak: RESIDENT * memory,
    backups: config.state.backups,
    outboxKeep: config.state.outbox_keep,
    ...(asked.seconds > 0 ? await trialOf(name, config, engines, asked.seconds) : {}),
  };
}

/** The history of as many series of a stream as the live page keeps. */
function pageBytes(name: string, { server, streams }: Config, series: number): number {
  const { channels, emit } = streams[name];
  if (!server.enabled || !server.page.enabled || emit.scores === 'alerts') return 0;
  return Math.min(series, server.page.max_series) * historyBytes(server.page, Object.keys(channels).length);
}

/** What comes between two checkpoints, in flat arrays: one observation a row, as many as there are at this rate. */
function bundleBytes(name: string, { state, streams }: Config, rowsPerSecond: number): number {
  if (state.bundles === 0) return 0;
  const rows = Math.min(state.checkpoint_records, (rowsPerSecond * state.checkpoint_interval) / 1e3);
  return recorderBytes(rows, Object.keys(streams[name].channels).length);
}

/** The alerts of the process. */
function alertBytes({ server, streams }: Config): number {
  if (!server.enabled || !server.page.enabled) return 0;
  return alertsBytes(
    server.page,
    Math.max(...Object.values(streams).map(({ channels }) => Object.keys(channels).length)),
  );
}

function inWords(forecast: Forecast): string {
  const { stream, engine, series, maxSeries, state, objects, weights, buffers, backups, outboxKeep } = forecast;
  const { rowsPerCpuSecond, outputBytes, rowsPerSecond } = forecast;
  const kept = Math.min(series, maxSeries);
  const asked =
    series < maxSeries
      ? [`            ${megabytes(forecast.memory)} for ${grouped(series)} series and the network`]
      : [];
  const outbox =
    outputBytes === undefined
      ? ''
      : `; ${megabytes(outboxKeep * outputBytes)} outbox of ${grouped(outboxKeep)} outputs`;
  const cores =
    rowsPerCpuSecond === undefined
      ? []
      : [
          `  processor ${grouped(rowsPerCpuSecond)} rows per second and core, measured here; ${grouped(rowsPerSecond)} rows per second take ${(rowsPerSecond / rowsPerCpuSecond).toFixed(2)} cores`,
        ];
  return [
    `stream ${stream}, engine ${engine}`,
    `  memory    ${grouped(state + objects)} bytes a series: ${grouped(state)} state, ${grouped(objects)} names, last values and open windows`,
    `            ${megabytes(weights + buffers)} the network, once a task`,
    ...(forecast.page > 0 ? [`            ${megabytes(forecast.page)} the live page, server.page`] : []),
    ...(forecast.bundles > 0 ? [`            ${megabytes(forecast.bundles)} bundles of alerts, state.bundles`] : []),
    ...asked,
    `            ${megabytes(forecast.memoryAtMax)} at series.max, ${grouped(maxSeries)} series`,
    `  disk      ${megabytes(kept * state + weights)} state, and as much for each of ${backups} backups${outbox}`,
    ...cores,
    '',
  ].join('\n');
}

function inAll(peak: number, own: number): string {
  return `the process ${megabytes(peak)} at its most, checkpoints and restores included; ${megabytes(own)} of it the program itself\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
