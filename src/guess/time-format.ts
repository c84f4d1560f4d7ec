import { decoder } from '../decode/decoder.ts';
import { decodeOptions } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import type { EpochMs } from '../event/time.ts';
import { isDate } from './cells.ts';
import { datePatterns } from './time-patterns.ts';

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const DIGITS: readonly (readonly [number, string])[] = [
  [8, 'yyyyMMdd'],
  [10, 'yyyyMMddHH'],
  [12, 'yyyyMMddHHmm'],
  [14, 'yyyyMMddHHmmss'],
];
/** Epochs are believed from 1990 to 2056: seconds since 1904 of 1990, as LabVIEW counts them, are next. */
const SECONDS = [631_152_000, 2_713_996_800] as const;
const SECONDS_SINCE_1904 = [2_713_996_800, 4_796_841_600] as const;
/** In ns from 2000 only: ticks of .NET, 100 ns since the year 1, are before. */
const NANOSECONDS = [946_684_800, 2_713_996_800] as const;
const UNITS = [
  ['epoch_s', 1, SECONDS],
  ['epoch_ms', 1e3, SECONDS],
  ['epoch_us', 1e6, SECONDS],
  ['epoch_ns', 1e9, NANOSECONDS],
] as const;
/** Days since 1899-12-30 of 1954 to 2119. */
const SERIALS = [20_000, 80_000] as const;
const COMPACT_DATE = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
/** Of a column, this share of the cells must be read. */
const ENOUGH = 0.9;

/** How times are written, or why that is unknown: what the values look like, and what to say. */
export type TimeGuess = { readonly format: string } | { readonly fault: string };

/** How these cells are written, whatever zone they are in. */
export function guessTimeFormat(cells: readonly string[], zone: string): TimeGuess {
  // A row of units below the header is no time: the first that looks like one shows how they are written.
  const first = cells.find((cell) => isDate(cell) || NUMBER.test(cell)) ?? cells[0] ?? '';
  const shown = JSON.stringify(first);
  if (cells.length === 0) return { fault: 'it is empty' };
  if (reads(cells, NUMBER.test.bind(NUMBER))) return numeric(cells, first, zone);
  if (fits(cells, 'iso8601', zone)) return { format: 'iso8601' };
  const patterns = datePatterns(first).filter((pattern) => fits(cells, pattern, zone));
  if (patterns.length === 0)
    return {
      fault: `${shown} is no time that is known here; say how it is written, such as --time-format "dd.MM.yyyy HH:mm"`,
    };
  return chosen(cells, patterns, zone);
}

/** Event times of cells; NaN where one cannot be read. */
export function timesOf(cells: readonly string[], format: string, zone: string): EpochMs[] {
  const options = decodeOptions.parse({
    format: 'csv',
    columns: ['time'],
    delimiter: '\u0001',
    time: { format, zone },
  });
  const { decode } = decoder(options, []);
  const encoder = new TextEncoder();
  return cells.map((cell, offset) => {
    try {
      return decode({ value: encoder.encode(cell), offset, next: offset, line: 0 }).timeMs;
    } catch (error) {
      if (error instanceof Failure) return Number.NaN;
      throw error;
    }
  });
}

function reads(cells: readonly string[], read: (cell: string) => boolean): boolean {
  return cells.filter(read).length >= ENOUGH * cells.length;
}

function fits(cells: readonly string[], format: string, zone: string): boolean {
  if (!timesOf(cells.slice(0, 20), format, zone).some((time) => !Number.isNaN(time))) return false;
  const times = timesOf(cells, format, zone);
  return times.filter((time) => !Number.isNaN(time)).length >= ENOUGH * cells.length;
}

function numeric(cells: readonly string[], first: string, zone: string): TimeGuess {
  const digits = DIGITS.find(
    ([length, pattern]) => first.length === length && /^(?:19|20)\d+$/.test(first) && fits(cells, pattern, zone),
  );
  if (digits !== undefined) return { format: digits[1] };
  const numbers = cells.filter((cell) => NUMBER.test(cell)).map(Number);
  const units = UNITS.filter(([, scale, range]) => numbers.some((number) => isWithin(number / scale, range)));
  const known = numbers.filter((number) => UNITS.some(([, scale, range]) => isWithin(number / scale, range)));
  if (known.length >= ENOUGH * numbers.length) return { format: units.length === 1 ? units[0][0] : 'epoch' };
  const areWithin = (range: readonly [number, number]) =>
    numbers.filter((number) => isWithin(number, range)).length >= ENOUGH * numbers.length;
  if (areWithin(SERIALS)) return { format: 'excel' };
  if (areWithin(SECONDS_SINCE_1904)) return { format: 'epoch_1904' };
  const as = new Date((numbers[0] ?? 0) * 1_000);
  const landed = Number.isNaN(as.getTime()) ? 'nowhere' : `on ${as.toISOString().slice(0, 10)}`;
  return {
    fault: `${JSON.stringify(first)}, as seconds since 1970, lands ${landed}; say how it is written with --time-format, such as epoch_ms, excel or yyyyMMdd`,
  };
}

function isWithin(value: number, [lowest, beyond]: readonly [number, number]): boolean {
  return value >= lowest && value < beyond;
}

/**
 * Of patterns that all fit: the first, unless day and month may be either; then the one in which time advances evenly.
 */
function chosen(cells: readonly string[], patterns: readonly string[], zone: string): TimeGuess {
  const [first] = patterns;
  const other = patterns.find((pattern) => isDayFirst(pattern) !== isDayFirst(first));
  if (other === undefined) return { format: first };
  const [one, two] = [first, other].map((pattern) => timesOf(cells, pattern, zone));
  if (one.every((time, at) => Object.is(time, two[at]))) return { format: first };
  const [unevenOne, unevenTwo] = [unevenness(one), unevenness(two)];
  if (unevenOne * 2 <= unevenTwo) return { format: first };
  if (unevenTwo * 2 <= unevenOne) return { format: other };
  const last = cells.find((_, at) => one[at] !== two[at]) ?? cells[0];
  return {
    fault: `the day or the month may come first in ${JSON.stringify(last)}; say which: --time-format "${first}" or "${other}"`,
  };
}

function isDayFirst(pattern: string): boolean {
  return pattern.indexOf('d') < pattern.indexOf('M');
}

/** The largest step of time over the usual one: a month that is read as a day leaps. */
function unevenness(times: readonly EpochMs[]): number {
  const known = times.filter((time) => !Number.isNaN(time));
  const steps = known.slice(1).map((time, at) => Math.abs(time - known[at]));
  const moved = steps.filter((step) => step > 0).sort((a, b) => a - b);
  return moved.length === 0 ? 1 : moved[moved.length - 1] / moved[moved.length >> 1];
}

/** Whether nearly all of the cells are dates without a time of day. */
export function areDates(cells: readonly string[]): boolean {
  return reads(cells, (cell) => (isDate(cell) && !/\d[:h]\d\d/.test(cell)) || COMPACT_DATE.test(cell));
}

/** Whether nearly all of the cells begin as dates do. */
export function beginAsDates(cells: readonly string[]): boolean {
  return cells.length > 0 && reads(cells, isDate);
}

/** Whether the cells are epochs that never go back, as of a log whose columns have no names. */
export function areRisingEpochs(cells: readonly string[]): boolean {
  const numbers = cells.map(Number);
  const isRising = numbers.every((number, at) => at === 0 || number >= numbers[at - 1]);
  return isRising && UNITS.some(([, scale, range]) => numbers.every((number) => isWithin(number / scale, range)));
}
