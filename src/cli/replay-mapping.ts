import { type DecodeOptions, decodeOptions } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';

/** How the records of a replayed file are to be read, as far as flags say it. */
export interface ReplayMapping {
  readonly timeColumn?: string | undefined;
  readonly timeFormat: 'auto' | 'iso8601' | 'epoch_s' | 'epoch_ms' | 'epoch_us';
  readonly timeZone: string;
  readonly valueColumns: readonly string[];
  readonly keyColumn?: string | undefined;
  readonly delimiter: string;
}

/** Rows without a clock are taken to be a second apart. */
export const CLOCKLESS_MS = 1000;

/** The decoder's options; what the flags leave open is read off the first record. @throws Failure cli/bad-flag */
export function mappingOptions(
  mapping: ReplayMapping,
  columns: readonly string[] | undefined,
  first: SourceRecord,
): DecodeOptions {
  const { timeColumn, timeZone, keyColumn, valueColumns, delimiter } = mapping;
  if (columns !== undefined) requireColumns(columns, [timeColumn, keyColumn, ...valueColumns]);
  const format = columns === undefined ? 'json' : 'csv';
  const time =
    timeColumn === undefined
      ? { format: 'record' }
      : { at: timeColumn, zone: timeZone, format: timeFormat(mapping, timeColumn, columns, first) };
  return decodeOptions.parse({ format, delimiter, time, ...(keyColumn === undefined ? {} : { key: keyColumn }) });
}

function requireColumns(columns: readonly string[], wanted: readonly (string | undefined)[]): void {
  for (const name of wanted) {
    if (name === undefined || columns.includes(name)) continue;
    throw new Failure('cli/bad-flag', `there is no column ${JSON.stringify(name)}; there are: ${columns.join(', ')}`);
  }
}

function timeFormat(
  { timeFormat: given, delimiter }: ReplayMapping,
  at: string,
  columns: readonly string[] | undefined,
  first: SourceRecord,
): string {
  if (given !== 'auto') return given;
  const text = Buffer.from(first.value).toString('utf8');
  const field = columns === undefined ? jsonField(text, at) : text.split(delimiter)[columns.indexOf(at)];
  return guessTimeFormat(String(field ?? ''));
}

function jsonField(text: string, at: string): unknown {
  try {
    const steps = at.startsWith('/') ? at.slice(1).split('/') : [at];
    return steps.reduce<unknown>((value, step) => new Map(Object.entries(value ?? {})).get(step), JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Numbers are epochs, by their size: seconds to the year 5138, then ms, then µs; everything else is ISO 8601. */
export function guessTimeFormat(text: string): 'iso8601' | 'epoch_s' | 'epoch_ms' | 'epoch_us' {
  const trimmed = text.replaceAll('"', '').trim();
  if (!/^[+-]?\d{5,}(\.\d+)?$/.test(trimmed)) return 'iso8601';
  const size = Math.abs(Number(trimmed));
  if (size < 1e11) return 'epoch_s';
  return size < 1e14 ? 'epoch_ms' : 'epoch_us';
}
