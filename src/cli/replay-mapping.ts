import { MISSING_TOKENS } from '../decode/missing.ts';
import { type DecodeOptions, decodeOptions } from '../decode/options.ts';
import type { Known, Reading } from '../guess/guess.ts';

/** Rows without a clock are taken to be a second apart. */
export const CLOCKLESS_MS = 1000;

/** The decoder's options of a file that is read so. */
export function mappingOptions(
  { framing, dialect, decimal, thousands, missing, times, keyColumn }: Reading,
  { timeZone }: Pick<Known, 'timeZone'>,
): DecodeOptions {
  return decodeOptions.parse({
    format: framing === 'csv' ? 'csv' : 'json',
    delimiter: dialect.delimiter,
    decimal,
    missing: [...MISSING_TOKENS, ...missing],
    ...(thousands === undefined ? {} : { thousands }),
    time: times === undefined ? { format: 'record' } : { at: times.at, format: times.format, zone: timeZone },
    ...(keyColumn === undefined ? {} : { key: keyColumn }),
  });
}
