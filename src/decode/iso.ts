import type { EpochMs } from '../event/time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import type { TimeZone } from './zone.ts';

/** Lengths of the months; February's in a leap year. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DASH = 45;
const COLON = 58;

/**
 * An ISO 8601 time → epoch ms; NaN where it is none. Calendar dates of four-digit years, extended form: `YYYY-MM`, `YYYY-MM-DD`, and with a
 * `T` or a space `hh:mm[:ss[.f…]]`, then `Z`, `±hh`, `±hh:mm`, `±hhmm` or nothing, which is local time of `zone`. Nonsense such as 30 February, 24:00 or a
 * leap second is NaN. O(length), allocates nothing: `Date.parse` reads local time of the machine, and takes what is no date.
 */
export function parseIso(text: string, zone: TimeZone): EpochMs {
  const date = parseDate(text);
  if (text.length <= 10) return zone.toEpochMs(date);
  const separator = text.charCodeAt(10) | 32;
  if (separator !== 116 && separator !== 32) return Number.NaN;
  if (text.charCodeAt(13) !== COLON) return Number.NaN;
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (!(hour < 24 && minute < 60)) return Number.NaN;
  const withSeconds = text.charCodeAt(16) === COLON;
  const end = withSeconds ? secondsEnd(text) : 16;
  const seconds = withSeconds ? parseSeconds(text, end) : 0;
  const local = date + hour * HOUR_MS + minute * MINUTE_MS + seconds;
  return end === text.length ? zone.toEpochMs(local) : local - parseOffset(text, end);
}

/** `count` digits as a number; NaN where one is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The first 7 or 10 characters as a date: ms since 1970 if it were UTC. */
function parseDate(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = text.length === 7 ? 1 : digits(text, 8, 2);
  if (text.charCodeAt(4) !== DASH || (text.length !== 7 && text.charCodeAt(7) !== DASH)) return Number.NaN;
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

/** Where the seconds and their fraction end; −1 where a point has no digit after it. */
function secondsEnd(text: string): number {
  const point = text.charCodeAt(19);
  if (point !== 46 && point !== 44) return 19;
  let end = 20;
  while (digits(text, end, 1) >= 0) end++;
  return end === 20 ? -1 : end;
}

/** `ss[.f…]` at 17 in ms. A fraction of up to 15 digits counts. */
function parseSeconds(text: string, end: number): number {
  const seconds = digits(text, 17, 2);
  if (!(seconds < 60) || end < 0) return Number.NaN;
  if (end === 19) return seconds * SECOND_MS;
  const length = Math.min(end - 20, 15);
  return seconds * SECOND_MS + (digits(text, 20, length) * SECOND_MS) / 10 ** length;
}

/** `Z` or `±hh[[:]mm]` from `at` to the end, in ms east of UTC. */
function parseOffset(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  const length = text.length - at;
  if ((sign | 32) === 122) return length === 1 ? 0 : Number.NaN;
  if (sign !== 43 && sign !== DASH) return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = offsetMinutes(text, at, length);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  const offset = hours * HOUR_MS + minutes * MINUTE_MS;
  return sign === DASH ? -offset : offset;
}

function offsetMinutes(text: string, at: number, length: number): number {
  if (length === 3) return 0;
  if (length === 5) return digits(text, at + 3, 2);
  return length === 6 && text.charCodeAt(at + 3) === COLON ? digits(text, at + 4, 2) : Number.NaN;
}
