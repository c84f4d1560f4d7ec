import { detectorOptions, streamOptions } from '../config/stream.ts';
import { type Decoder, decoder } from '../decode/decoder.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { file } from '../source/file.ts';
import type { Source } from '../source/source.ts';
import { usedBudget } from './budget-text.ts';
import { CLOCKLESS_MS, mappingOptions, type ReplayMapping } from './replay-mapping.ts';

/** What is replayed, and how. */
export interface ReplayJob {
  readonly options: DetectorOptions;
  readonly source: Source;
  /** What the values are called, for people. */
  readonly values: string;
  /** The budget it is calibrated to, for people. */
  readonly budget: string;
  /** `first`: a record, from which what is left open is read off. @throws Failure */
  decoder(columns: readonly string[] | undefined, first: SourceRecord): Decoder;
  /** The batch as it is decoded; `rows`: records before it. */
  prepared(batch: readonly SourceRecord[], rows: number): readonly SourceRecord[];
}

/** Flags that describe a file without a configuration. */
export interface FileFlags extends ReplayMapping {
  readonly format: 'auto' | 'csv' | 'jsonl';
  readonly transform: string;
  readonly budget?: string | undefined;
  readonly seed: number;
  readonly engine: string;
}

/** A file as flags describe it. @throws Failure cli/bad-flag */
export async function fileJob(path: string, given: FileFlags): Promise<ReplayJob> {
  const options = optionsOf(given);
  const isJson = given.format === 'jsonl' || (given.format === 'auto' && /\.(jsonl|ndjson|json)(\.gz)?$/.test(path));
  const framing = isJson ? 'lines' : 'csv';
  return {
    options,
    source: await file.open(file.config.parse({ kind: 'file', path, framing, delimiter: given.delimiter })),
    values: given.valueColumns.join(', '),
    budget: usedBudget(options.alert.budget, given.budget === undefined),
    decoder: (columns, first) => decoder(mappingOptions(given, columns, first), options.channels, columns),
    prepared: (batch, rows) => (given.timeColumn === undefined ? clocked(batch, rows) : batch),
  };
}

/** As a configuration would have it. Without a clock there is no calendar and no season. */
function optionsOf({
  transform,
  valueColumns,
  budget,
  engine,
  seed,
  timeColumn,
  timeZone,
}: FileFlags): DetectorOptions {
  const stream = streamOptions.safeParse({
    source: { kind: 'file', path: '-' },
    decode: {},
    channels: Object.fromEntries(valueColumns.map((at, i) => [`c${i}`, { at, transform }])),
    window: { kind: 'event', max_leap: '100000d', repeats: 'keep' },
    features: timeColumn === undefined ? { calendar: [], season: null } : { zone: timeZone },
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
