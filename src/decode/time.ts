import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { DAY_MS, type EpochMs, SECOND_MS } from '../event/time.ts';
import { Ascii } from './ascii.ts';
import { Instant } from './instant.ts';
import { parseAscii, parseIso } from './iso.ts';
import type { DecodeOptions } from './options.ts';
import { OrderedZone } from './ordered-zone.ts';
import { show } from './quote.ts';
import { type NamedTimeFormat, namedTimeFormat } from './time-format.ts';
import { compilePattern, patternText } from './time-pattern.ts';
import { parseNumber } from './value.ts';
import { type TimeZone, timeZone } from './zone.ts';

/** Reads event times. */
export interface TimeReader {
  /** That of a record of a series. @throws Failure decode/missing-field, decode/bad-time */
  read(found: unknown, record: SourceRecord, series: string): EpochMs;
  /** `lastTime`: the newest time of a series that was read before, which a repeated hour depends on. */
  continueFrom(lastTime: (series: string) => EpochMs | undefined): void;
}

/** From what was found to epoch ms; NaN where it is no such time. */
type Parse = (found: unknown) => EpochMs;

/** Compiles how a stream writes its times. */
export function timeReader({ at, format, zone, valid }: DecodeOptions['time'], decimal: '.' | ','): TimeReader {
  const utc = timeZone('UTC');
  const local = new OrderedZone(timeZone(zone));
  const [earliest, latest] = valid.map((text) => parseIso(text, utc));
  const kind = namedTimeFormat(format);
  const parse =
    kind === undefined ? patternParse(format, local) : namedParse(kind, zone === 'UTC' ? utc : local, decimal);
  const name = kind === 'record' ? 'time of the record' : `time ${Array.isArray(at) ? at.join(' and ') : at}`;
  const isOfRecord = kind === 'record';
  const refused = (found: unknown, timeMs: number) => {
    if (found === undefined || found === null || found === '') {
      return new Failure('decode/missing-field', `${name}: there is none`);
    }
    const why = Number.isNaN(timeMs) ? `not ${written(format)}` : `outside [${valid[0]}, ${valid[1]})`;
    return new Failure('decode/bad-time', `${name}: ${show(found)} is ${why}`);
  };
  const read: TimeReader['read'] = (field, record, series) => {
    const found = isOfRecord ? record.timestampMs : field;
    local.series = series;
    const timeMs = found instanceof Instant ? (found.local ? local.toEpochMs(found.ms) : found.ms) : parse(found);
    if (timeMs >= earliest && timeMs < latest) return timeMs;
    throw refused(found, timeMs);
  };
  return {
    read,
    continueFrom(lastTime) {
      local.lastTime = lastTime;
    },
  };
}

const WRITTEN = {
  iso8601: 'an ISO 8601 time',
  epoch_s: 'a number of seconds',
  epoch_ms: 'a number of milliseconds',
  epoch_us: 'a number of microseconds',
  epoch_ns: 'a number of nanoseconds',
  epoch: 'a number of seconds, or of parts of them',
  epoch_1904: 'a number of seconds since 1904',
  excel: 'a number of days, as spreadsheets count them',
  record: 'a time',
} as const;

function written(format: string): string {
  const kind = namedTimeFormat(format);
  return kind === undefined ? `a time of the form ${format}` : WRITTEN[kind];
}

function namedParse(kind: NamedTimeFormat, zone: TimeZone, decimal: '.' | ','): Parse {
  switch (kind) {
    case 'iso8601':
      return (found) => iso(found, zone);
    case 'epoch_ns':
      return (found) => numberOf(found, decimal) / NS_IN_MS;
    case 'epoch':
      return (found) => bySize(numberOf(found, decimal));
    case 'epoch_1904':
      return (found) => (numberOf(found, decimal) - SECONDS_1904_TO_1970) * SECOND_MS;
    case 'excel':
      return (found) => zone.toEpochMs(Math.round((numberOf(found, decimal) - EXCEL_1970) * DAY_MS));
    default: {
      const unitMs = UNIT_MS[kind];
      return (found) => numberOf(found, decimal) * unitMs;
    }
  }
}

const UNIT_MS = { epoch_s: SECOND_MS, epoch_ms: 1, epoch_us: 1 / 1_000, record: 1 } as const;
const NS_IN_MS = 1_000_000;
const SECONDS_1904_TO_1970 = 2_082_844_800;
/** 1970-01-01 in days since 1899-12-30: so counted, spreadsheets agree with the calendar from March 1900 on. */
const EXCEL_1970 = 25_569;

/** Seconds to the year 5138, then ms, µs and ns to the same year. */
function bySize(value: number): EpochMs {
  const size = Math.abs(value);
  if (size < 1e11) return value * SECOND_MS;
  if (size < 1e14) return value;
  return size < 1e17 ? value / 1_000 : value / NS_IN_MS;
}

function iso(found: unknown, zone: TimeZone): EpochMs {
  if (found instanceof Ascii) return isoAscii(found, zone);
  return typeof found === 'string' ? isoText(found, zone) : Number.NaN;
}

/** Space around a time is rare, and left to the reading of text. */
function isoAscii(found: Ascii, zone: TimeZone): EpochMs {
  const timeMs = parseAscii(found, zone);
  return Number.isNaN(timeMs) ? isoText(found.toString(), zone) : timeMs;
}

/** The name of a zone after an offset (RFC 9557) adds nothing. */
function isoText(text: string, zone: TimeZone): EpochMs {
  const timeMs = parseIso(text.trim(), zone);
  if (!Number.isNaN(timeMs) || !text.includes('[')) return timeMs;
  return parseIso(text.trim().replace(/([Zz]|[+-]\d\d:?\d\d)\[[\w/+-]{1,64}\]$/, '$1'), zone);
}

function patternParse(pattern: string, zone: TimeZone): Parse {
  const parse = compilePattern(pattern);
  return (found) => {
    if (found instanceof Ascii) {
      const timeMs = parse(found, zone);
      return Number.isNaN(timeMs) ? parse(patternText(found.toString()), zone) : timeMs;
    }
    return typeof found === 'string' || typeof found === 'number'
      ? parse(patternText(String(found)), zone)
      : Number.NaN;
  };
}

function numberOf(found: unknown, decimal: '.' | ','): number {
  const value = typeof found === 'string' || found instanceof Ascii ? parseNumber(found.toString(), decimal) : found;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}
