import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import { TENS } from './decimal.ts';

/* Parts of a written time, as ISO 8601 and the patterns share them; all of bytes that are ASCII. */

/** Lengths of the months; February's in a leap year. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SPACE = 32;
const PLUS = 43;
const DASH = 45;
const COLON = 58;
const Z = 122;
const FRACTION_DIGITS = 15;

/** A date of the proleptic Gregorian calendar: ms since 1970 if it were UTC; NaN where there is no such day. */
export function civilMs(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= MONTH_DAYS[month - 1])) return Number.NaN;
  if (month === 2 && day === 29 && !isLeap(year)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY_MS;
}

/** Two digits as a number; NaN where one is no digit. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Past the digits that begin here, if any do. */
export function digitsEnd(bytes: Uint8Array, at: number, to: number): number {
  let end = at;
  while (end < to && bytes[end] >= 48 && bytes[end] <= 57) end++;
  return end;
}

/** Digits after the point of a second, in ms; NaN where there is none. Up to 15 count. */
export function fractionMs(bytes: Uint8Array, from: number, end: number): number {
  const length = Math.min(end - from, FRACTION_DIGITS);
  let fraction = length === 0 ? Number.NaN : 0;
  for (let digit = from; digit < from + length; digit++) fraction = fraction * 10 + (bytes[digit] - 48);
  return (fraction * SECOND_MS) / TENS[length];
}

/** `Z`, `UTC`, `GMT` or `±hh[[:]mm]` from `at` to the end, one space before it allowed, in ms east of UTC. */
export function offsetMs(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return (bytes[from] | 32) === Z ? 0 : Number.NaN;
  const at = bytes[from] === SPACE && from < to ? from + 1 : from;
  const sign = bytes[at];
  const length = to - at;
  if (sign !== PLUS && sign !== DASH) return isUtc(bytes, at, length) ? 0 : Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = offsetMinutes(bytes, at, length);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  const offset = hours * HOUR_MS + minutes * MINUTE_MS;
  return sign === DASH ? -offset : offset;
}

function isUtc(bytes: Uint8Array, at: number, length: number): boolean {
  if (length === 1) return (bytes[at] | 32) === Z;
  if (length !== 3) return false;
  const word = String.fromCharCode(...bytes.subarray(at, at + 3)).toLowerCase();
  return word === 'utc' || word === 'gmt';
}

function offsetMinutes(bytes: Uint8Array, at: number, length: number): number {
  if (length === 3) return 0;
  if (length === 5) return twoDigits(bytes, at + 3);
  return length === 6 && bytes[at + 3] === COLON ? twoDigits(bytes, at + 4) : Number.NaN;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, chrono-compatible low-level date algorithms,
 * days_from_civil).
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
