import type { EpochMs } from '../event/time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import { Ascii } from './ascii.ts';
import { TENS } from './decimal.ts';
import type { TimeZone } from './zone.ts';

/** Lengths of the months; February's in a leap year. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DASH = 45;
const COLON = 58;

/**
 * An ISO 8601 time → epoch ms; NaN where it is none. Calendar dates of four-digit years, extended form: `YYYY-MM`, `YYYY-MM-DD`, and with a
 * `T` or a space `hh:mm[:ss[.f…]]`, then `Z`, `±hh`, `±hh:mm`, `±hhmm` or nothing, which is local time of `zone`. Nonsense such as 30 February, 24:00 or a
 * leap second is NaN. O(length): `Date.parse` reads local time of the machine, and takes what is no date.
 */
export function parseIso(text: string, zone: TimeZone): EpochMs {
  return parseAscii(Ascii.of(text), zone);
}

/** `parseIso` of text that was never made a string. Allocates nothing. */
export function parseAscii({ bytes, from, to }: Ascii, zone: TimeZone): EpochMs {
  const length = to - from;
  if (length === 7 || length === 10) return zone.toEpochMs(parseDate(bytes, from, length));
  if (length < 16) return Number.NaN;
  const date = parseDate(bytes, from, 10);
  const separator = bytes[from + 10] | 32;
  if (separator !== 116 && separator !== 32) return Number.NaN;
  if (bytes[from + 13] !== COLON) return Number.NaN;
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  if (!(hour < 24 && minute < 60)) return Number.NaN;
  const minutes = date + hour * HOUR_MS + minute * MINUTE_MS;
  if (length === 16) return zone.toEpochMs(minutes);
  if (bytes[from + 16] !== COLON) return minutes - parseOffset(bytes, from + 16, to);
  if (length < 19) return Number.NaN;
  const end = secondsEnd(bytes, from + 19, to);
  const local = minutes + parseSeconds(bytes, from + 17, end);
  return end === to ? zone.toEpochMs(local) : local - parseOffset(bytes, end, to);
}

/** Two digits as a number; NaN where one is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The first 7 or 10 characters as a date: ms since 1970 if it were UTC. */
function parseDate(bytes: Uint8Array, at: number, length: number): number {
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = length === 7 ? 1 : twoDigits(bytes, at + 8);
  if (bytes[at + 4] !== DASH || (length !== 7 && bytes[at + 7] !== DASH)) return Number.NaN;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= MONTH_DAYS[month - 1])) return Number.NaN;
  if (month === 2 && day === 29 && !isLeap(year)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY_MS;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, chrono-compatible low-level date algorithms, days_from_civil). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Where the seconds end whose fraction may begin at `point`. */
function secondsEnd(bytes: Uint8Array, point: number, to: number): number {
  if (point === to || (bytes[point] !== 46 && bytes[point] !== 44)) return point;
  let end = point + 1;
  while (end < to && isDigit(bytes[end])) end++;
  return end;
}

/** `ss[.f…]` from `at` in ms; NaN where a point has no digit after it. A fraction of up to 15 digits counts. */
function parseSeconds(bytes: Uint8Array, at: number, end: number): number {
  const seconds = twoDigits(bytes, at);
  if (!(seconds < 60)) return Number.NaN;
  if (end === at + 2) return seconds * SECOND_MS;
  const length = Math.min(end - at - 3, 15);
  let fraction = length === 0 ? Number.NaN : 0;
  for (let digit = at + 3; digit < at + 3 + length; digit++) fraction = fraction * 10 + (bytes[digit] - 48);
  return seconds * SECOND_MS + (fraction * SECOND_MS) / TENS[length];
}

/** `Z` or `±hh[[:]mm]` from `at` to the end, in ms east of UTC. */
function parseOffset(bytes: Uint8Array, at: number, to: number): number {
  const sign = bytes[at];
  const length = to - at;
  if ((sign | 32) === 122) return length === 1 ? 0 : Number.NaN;
  if (sign !== 43 && sign !== DASH) return Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = offsetMinutes(bytes, at, length);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  const offset = hours * HOUR_MS + minutes * MINUTE_MS;
  return sign === DASH ? -offset : offset;
}

function offsetMinutes(bytes: Uint8Array, at: number, length: number): number {
  if (length === 3) return 0;
  if (length === 5) return twoDigits(bytes, at + 3);
  return length === 6 && bytes[at + 3] === COLON ? twoDigits(bytes, at + 4) : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
