import { detectorOptions, streamOptions } from '../config/stream.ts';
import { type Decoder, decoder } from '../decode/decoder.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import type { EpochMs } from '../event/time.ts';
import { foreignKind } from '../guess/foreign.ts';
import { asFlags, guessReading, type Known, type Reading } from '../guess/guess.ts';
import { file } from '../source/file.ts';
import { headOf } from '../source/head.ts';
import type { Source } from '../source/source.ts';
import { usedBudget } from './budget-text.ts';
import { CLOCKLESS_MS, mappingOptions } from './replay-mapping.ts';
import { sorted } from './sorted.ts';

/** What is replayed, and how. */
export interface ReplayJob {
  readonly options: DetectorOptions;
  readonly source: Source;
  /** What the values are called, for people. */
  readonly values: string;
  /** What else its records have, for people, where none has a value; empty where nobody looked. */
  readonly hint: string;
  /** The budget it is calibrated to, for people. */
  readonly budget: string;
  /** What was guessed of the file, as flags; empty where nothing was. */
  readonly guessed: string;
  /** Of the first row, where its format was guessed. */
  readonly firstTime?: string | undefined;
  /** Whether a time was looked for and none was found: rows are a second apart then. */
  readonly timeless: boolean;
  /** @throws Failure */
  decoder(columns: readonly string[] | undefined): Decoder;
  /** The batch as it is decoded; `rows`: records before it. */
  prepared(batch: readonly SourceRecord[], rows: number): readonly SourceRecord[];
}

/** Bytes of a file by which it is judged. */
const HEAD = 1_048_576;

/** Flags that describe a file without a configuration. */
export interface FileFlags {
  readonly format: 'auto' | 'csv' | 'jsonl' | 'json';
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly header: boolean;
  readonly skipLines?: number | undefined;
  readonly comment?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly thousands?: string | undefined;
  readonly states?: Readonly<Record<string, number>> | undefined;
  readonly missing?: readonly string[] | undefined;
  /** One for each value column, or one for all. */
  readonly unit?: readonly string[] | undefined;
  readonly clock: boolean;
  readonly timeColumn?: string | undefined;
  readonly timeFormat: string;
  readonly timeZone: string;
  readonly valueColumns: readonly string[];
  readonly keyColumn?: string | undefined;
  readonly sort?: boolean | undefined;
  readonly transform: string;
  readonly budget?: string | undefined;
  readonly seed: number;
  readonly engine: string;
}

/** A file as flags describe it. @throws Failure cli/bad-flag */
export async function fileJob(path: string, given: FileFlags): Promise<ReplayJob> {
  const known = knownOf(path, given);
  const head = await headOf(path, HEAD);
  const foreign = foreignKind(head);
  if (foreign !== undefined) throw new Failure('source/unreadable', `this is ${foreign}`, { where: path });
  const reading = await guessReading(head, head.length === HEAD, known);
  const { framing, encoding, dialect, times } = reading;
  const options = optionsOf(given, reading);
  if (given.sort && times === undefined) {
    throw new Failure('cli/bad-flag', 'the rows have no time to sort by; name it with --time-column', {
      where: '--sort',
    });
  }
  const mapping = mappingOptions(reading, known);
  const source = await file.open(file.config.parse({ kind: 'file', path, framing, encoding, ...dialect }));
  return {
    options,
    source: given.sort ? sorted(source, mapping) : source,
    values: reading.valueColumns.join(', '),
    hint: reading.hint,
    budget: usedBudget(options.alert.budget, given.budget === undefined),
    guessed: asFlags(reading, known),
    firstTime: known.timeFormat === undefined ? isoText(times?.first) : undefined,
    timeless: known.clock && times === undefined,
    decoder: (columns) => decoder(mapping, options.channels, columns),
    prepared: (batch, rows) => (times === undefined ? clocked(batch, rows) : batch),
  };
}

function isoText(timeMs: EpochMs | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

/** What flags leave open is undefined here. */
function knownOf(path: string, given: FileFlags): Known {
  const { format, timeFormat, header, skipLines, sort } = given;
  const byName = /\.(jsonl|ndjson|json)(\.gz)?$/.test(path) ? 'lines' : undefined;
  const framing = format === 'auto' ? byName : format === 'jsonl' ? 'lines' : format;
  return {
    ...given,
    framing,
    header: header ? undefined : false,
    skip_lines: skipLines,
    timeFormat: timeFormat === 'auto' ? undefined : timeFormat,
    sorted: sort ?? false,
  };
}

/** As a configuration would have it. Without a clock there is no calendar and no season. */
function optionsOf(
  { transform, budget, engine, seed, timeZone }: FileFlags,
  { times, states, valueColumns, units }: Reading,
): DetectorOptions {
  const stream = streamOptions.safeParse({
    source: { kind: 'file', path: '-' },
    decode: {},
    channels: Object.fromEntries(valueColumns.map((_, i) => [`c${i}`, { transform, states, unit: units[i] }])),
    window: { kind: 'event', max_leap: '100000d', repeats: 'keep' },
    features: times !== undefined ? { zone: timeZone } : { calendar: [], season: null },
    network: { engine, seed },
    alert: { budget },
  });
  if (stream.error) throw new Failure('cli/bad-flag', stream.error.issues[0].message);
  const options = detectorOptions('replay', stream.data);
  return { ...options, channels: options.channels.map((channel, i) => ({ ...channel, name: valueColumns[i] })) };
}

/** Gives rows without a clock one of their own. */
function clocked(batch: readonly SourceRecord[], rows: number): SourceRecord[] {
  return batch.map((record, index) => ({ ...record, timestampMs: (rows + index) * CLOCKLESS_MS }));
}
