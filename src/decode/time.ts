import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { type EpochMs, SECOND_MS } from '../event/time.ts';
import { Ascii } from './ascii.ts';
import { Instant } from './instant.ts';
import { parseAscii, parseIso } from './iso.ts';
import type { DecodeOptions } from './options.ts';
import { show } from './quote.ts';
import { parseNumber } from './value.ts';
import { timeZone } from './zone.ts';

/** Reads the event time of a record. @throws Failure decode/missing-field, decode/bad-time */
export type TimeReader = (found: unknown, record: SourceRecord) => EpochMs;

/** Compiles how a stream writes its times. */
export function timeReader({ at, format, zone, valid }: DecodeOptions['time'], decimal: '.' | ','): TimeReader {
  const utc = timeZone('UTC');
  const local = timeZone(zone);
  const [earliest, latest] = valid.map((text) => parseIso(text, utc));
  const parse =
    format === 'iso8601'
      ? (found: unknown) => iso(found, local)
      : (found: unknown) => epoch(found, UNIT_MS[format], decimal);
  const name = format === 'record' ? 'time of the record' : `time ${at}`;
  return (field, record) => {
    const found = format === 'record' ? record.timestampMs : field;
    if (found === undefined || found === null || found === '') {
      throw new Failure('decode/missing-field', `${name}: there is none`);
    }
    const timeMs = found instanceof Instant ? (found.local ? local.toEpochMs(found.ms) : found.ms) : parse(found);
    if (Number.isNaN(timeMs)) throw new Failure('decode/bad-time', `${name}: ${show(found)} is not ${WRITTEN[format]}`);
    if (timeMs >= earliest && timeMs < latest) return timeMs;
    throw new Failure('decode/bad-time', `${name}: ${show(found)} is outside [${valid[0]}, ${valid[1]})`);
  };
}

const UNIT_MS = { epoch_s: SECOND_MS, epoch_ms: 1, epoch_us: 1 / 1_000, record: 1 } as const;

const WRITTEN = {
  iso8601: 'an ISO 8601 time',
  epoch_s: 'a number of seconds',
  epoch_ms: 'a number of milliseconds',
  epoch_us: 'a number of microseconds',
  record: 'a time',
} as const;

function iso(found: unknown, zone: ReturnType<typeof timeZone>): EpochMs {
  if (found instanceof Ascii) return isoAscii(found, zone);
  return typeof found === 'string' ? parseIso(found.trim(), zone) : Number.NaN;
}

/** Space around a time is rare, and left to the reading of text. */
function isoAscii(found: Ascii, zone: ReturnType<typeof timeZone>): EpochMs {
  const timeMs = parseAscii(found, zone);
  return Number.isNaN(timeMs) ? parseIso(found.toString().trim(), zone) : timeMs;
}

function epoch(found: unknown, unitMs: number, decimal: '.' | ','): EpochMs {
  const value = typeof found === 'string' || found instanceof Ascii ? parseNumber(found.toString(), decimal) : found;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) * unitMs : Number.NaN;
}
