import process from 'node:process';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { detectorOptions, streamOptions } from '../config/stream.ts';
import { decoder } from '../decode/decoder.ts';
import { Detector } from '../detector/detector.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { Output, ScoreOutput } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';
import { ENGINE_NAMES } from '../lstm/options.ts';
import { enginesFor } from '../pipeline/engines.ts';
import { Intake } from '../pipeline/intake.ts';
import { consoleSink } from '../sink/console.ts';
import { file } from '../source/file.ts';
import type { Source } from '../source/source.ts';
import { isClosedPipe } from './exit.ts';
import { CLOCKLESS_MS, mappingOptions, type ReplayMapping } from './replay-mapping.ts';
import { ReplayReport } from './replay-report.ts';
import { ScoresCsv } from './scores-csv.ts';

const flags = z.object({
  timeColumn: z.string().optional(),
  timeFormat: z.enum(['auto', 'iso8601', 'epoch_s', 'epoch_ms', 'epoch_us']),
  timeZone: z.string(),
  valueColumns: z.array(z.string()).min(1),
  keyColumn: z.string().optional(),
  format: z.enum(['auto', 'csv', 'jsonl']),
  delimiter: z.string().length(1),
  transform: z.enum(['none', 'log1p', 'log_return', 'difference']),
  budget: z.string().optional(),
  seed: z.coerce.number().int().nonnegative(),
  engine: z.enum(ENGINE_NAMES),
  scores: z.string().optional(),
  report: z.string().optional(),
  quiet: z.boolean().optional(),
});

type Flags = z.infer<typeof flags>;

/** `surprisal replay FILE`: scores a file from its first row to its last, and delivers nothing. */
export function replayCommand(): Command {
  return new Command('replay')
    .summary('score a file from its first row to its last')
    .description(
      'Scores a CSV or JSONL file (gzip too; - for standard input), learning as it goes. Delivers nothing anywhere.',
    )
    .argument('<file>', 'CSV with a header, or JSON lines')
    .requiredOption('--value-columns <a,b,…>', 'the channels: columns, or JSON keys or pointers', (text) =>
      text.split(','),
    )
    .option('--time-column <name>', 'where the event time is; without it rows have no clock')
    .addOption(
      new Option('--time-format <format>', 'how it is written')
        .choices(['auto', 'iso8601', 'epoch_s', 'epoch_ms', 'epoch_us'])
        .default('auto'),
    )
    .option('--time-zone <zone>', 'IANA zone of the times and of the calendar', 'UTC')
    .option('--key-column <name>', 'which series a row belongs to; one series without it')
    .addOption(
      new Option('--format <format>', 'of the file; auto: by its name')
        .choices(['auto', 'csv', 'jsonl'])
        .default('auto'),
    )
    .option('--delimiter <character>', 'between CSV columns', ',')
    .addOption(
      new Option('--transform <how>', 'what the network sees of the values')
        .choices(['none', 'log1p', 'log_return', 'difference'])
        .default('none'),
    )
    .option('--budget <budget>', 'alerts to live with, such as 3/week or 1/month/series')
    .option('--engine <name>', ENGINE_NAMES.join(', '), 'auto')
    .option('--seed <number>', 'of the first weights', '1')
    .option('--scores <out.csv>', 'one line for each row scored')
    .option('--report <out.html>', 'everything drawn, in one file')
    .option('--quiet', 'print no alerts')
    .action(async (path: string, given: unknown) => replay(path, checked(given)));
}

function checked(given: unknown): Flags {
  const { data, error } = flags.safeParse(given);
  if (data) return data;
  const [issue] = error.issues;
  const flag = String(issue.path[0]).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new Failure('cli/bad-flag', issue.message, { where: `--${flag}` });
}

async function replay(path: string, given: Flags): Promise<void> {
  const options = optionsOf(given);
  const detector = new Detector(options, { engines: enginesFor(options).engines });
  const isJson = given.format === 'jsonl' || (given.format === 'auto' && /\.(jsonl|ndjson|json)(\.gz)?$/.test(path));
  const source = await file.open(
    file.config.parse({ kind: 'file', path, framing: isJson ? 'lines' : 'csv', delimiter: given.delimiter }),
  );
  const out = {
    scores: given.scores === undefined ? undefined : new ScoresCsv(given.scores),
    report: given.report === undefined ? undefined : new ReplayReport(options.channels),
    alerts: given.quiet ? undefined : await consoleSink.open({ kind: 'console', colour: 'auto' }),
  };
  const told = await scoreAll(source, detector, { given, options, out }).finally(() => out.scores?.close());
  await out.report?.write(given.report ?? '', path, {
    engine: detector.engine,
    seed: String(given.seed),
    budget: given.budget ?? 'default',
  });
  process.stderr.write(
    `${path}: ${detector.counts.rows} rows of ${detector.population} series scored, ${told.alerts} alerts, ${told.rejected} records set aside\n`,
  );
}

/** As a configuration would have it. Without a clock there is no calendar and no season. */
function optionsOf(given: Flags): DetectorOptions {
  const { transform, valueColumns, budget, engine, seed } = given;
  const stream = streamOptions.safeParse({
    source: { kind: 'file', path: '-' },
    decode: {},
    channels: Object.fromEntries(valueColumns.map((at, i) => [`c${i}`, { at, transform }])),
    window: { kind: 'event', max_leap: '100000d', repeats: 'keep' },
    features: given.timeColumn === undefined ? { calendar: [], season: null } : { zone: given.timeZone },
    network: { engine, seed },
    alert: { budget },
  });
  if (stream.error) throw new Failure('cli/bad-flag', stream.error.issues[0].message);
  const options = detectorOptions('replay', stream.data);
  return { ...options, channels: options.channels.map((channel, i) => ({ ...channel, name: valueColumns[i] })) };
}

interface Job {
  readonly given: ReplayMapping;
  readonly options: DetectorOptions;
  readonly out: {
    readonly scores: ScoresCsv | undefined;
    readonly report: ReplayReport | undefined;
    readonly alerts: Awaited<ReturnType<typeof consoleSink.open>> | undefined;
  };
}

async function scoreAll(
  source: Source,
  detector: Detector,
  { given, options, out }: Job,
): Promise<{ readonly alerts: number; readonly rejected: number }> {
  const never = new AbortController().signal;
  const columns = await source.columns?.();
  let intake: Intake | undefined;
  let alerts = 0;
  let rejected = 0;
  let rows = 0;
  let hasValues = false;
  for await (const batch of source.read(0, never)) {
    if (batch.length === 0) continue;
    intake ??= new Intake('replay', source.name, {
      decoder: decoder(mappingOptions(given, columns, batch[0]), options.channels, columns),
      detector,
    });
    intake.take(given.timeColumn === undefined ? clocked(batch, rows) : batch);
    rows += batch.length;
    rejected += intake.takeRejected().size;
    const outputs = intake.drain();
    alerts += outputs.filter(
      (output) => output.kind === 'alert' && output.state === 'firing' && output.revision === 0,
    ).length;
    hasValues ||= outputs.some((output) => output.kind === 'score' && hasValue(output));
    await tell(outputs, out, never);
  }
  await source.close();
  if (detector.counts.rows > 0 && !hasValues) {
    throw new Failure('cli/bad-flag', `no record has a value of ${given.valueColumns.join(', ')}`, {
      where: source.name,
    });
  }
  return { alerts, rejected };
}

function hasValue({ channels }: ScoreOutput): boolean {
  return channels.some(({ value }) => value !== null);
}

async function tell(
  outputs: readonly Output[],
  { scores, report, alerts }: Job['out'],
  signal: AbortSignal,
): Promise<void> {
  for (const output of outputs) report?.take(output);
  await scores?.write(outputs.filter((output) => output.kind === 'score'));
  const spoken = outputs.filter((output) => output.kind !== 'score').map((output) => ({ sequence: 0, output }));
  if (spoken.length === 0) return;
  await alerts?.write(spoken, signal).catch((error) => {
    // Files are written to their end, whoever has seen enough of the alerts.
    if (!isClosedPipe(error) || (scores === undefined && report === undefined)) throw error;
  });
}

/** Gives rows without a clock one of their own. */
function clocked(batch: readonly SourceRecord[], rows: number): SourceRecord[] {
  return batch.map((record, index) => ({ ...record, timestampMs: (rows + index) * CLOCKLESS_MS }));
}
