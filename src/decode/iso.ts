import type { EpochMs } from '../event/time.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import { Ascii } from './ascii.ts';
import { civilMs, digitsEnd, fractionMs, offsetMs, twoDigits } from './civil.ts';
import type { TimeZone } from './zone.ts';

const DASH = 45;
const COLON = 58;

/**
 * An ISO 8601 time → epoch ms; NaN where it is none. Calendar dates of four-digit years, extended form: `YYYY-MM`,
 * `YYYY-MM-DD`, and with a
 * `T` or a space `hh:mm[:ss[.f…]]`, then `Z`, `UTC`, `±hh`, `±hh:mm` or `±hhmm`, a space before it or not, or nothing,
 * which is local time of `zone`. Nonsense such as 30 February, 24:00 or a leap second is NaN. O(length): `Date.parse`
 * reads local time of the machine, and takes what is no date.
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
  if (bytes[from + 16] !== COLON) return minutes - offsetMs(bytes, from + 16, to);
  if (length < 19) return Number.NaN;
  const end = secondsEnd(bytes, from + 19, to);
  const local = minutes + parseSeconds(bytes, from + 17, end);
  return end === to ? zone.toEpochMs(local) : local - offsetMs(bytes, end, to);
}

/** The first 7 or 10 characters as a date: ms since 1970 if it were UTC. */
function parseDate(bytes: Uint8Array, at: number, length: number): number {
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = length === 7 ? 1 : twoDigits(bytes, at + 8);
  if (bytes[at + 4] !== DASH || (length !== 7 && bytes[at + 7] !== DASH)) return Number.NaN;
  return civilMs(year, month, day);
}

/** Where the seconds end whose fraction may begin at `point`. */
function secondsEnd(bytes: Uint8Array, point: number, to: number): number {
  if (point === to || (bytes[point] !== 46 && bytes[point] !== 44)) return point;
  return digitsEnd(bytes, point + 1, to);
}

/** `ss[.f…]` from `at` in ms; NaN where a point has no digit after it. A fraction of up to 15 digits counts. */
function parseSeconds(bytes: Uint8Array, at: number, end: number): number {
  const seconds = twoDigits(bytes, at);
  if (!(seconds < 60)) return Number.NaN;
  if (end === at + 2) return seconds * SECOND_MS;
  return seconds * SECOND_MS + fractionMs(bytes, at + 3, end);
}
