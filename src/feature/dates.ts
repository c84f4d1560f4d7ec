import { DAY_MS } from '../event/time.ts';

/** The days of a week in the order of `Date.getUTCDay`: 0 = Sunday. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** Dates from one day to another, both included, as days since 1970-01-01. */
export interface DateRange {
  readonly first: number;
  readonly last: number;
}

/** Dates that behave like another day of the week. */
export interface SpecialDates extends DateRange {
  /** 0 = Sunday. */
  readonly weekday: number;
}

/** A longer range is a slip of the pen, and each of its days is kept. */
const MOST_DAYS = 3_660;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{1,2}):(\d{2})$/;
const AS = / as ([a-z]+)$/;

/** `2026-12-25` → days since 1970-01-01; undefined where there is no such date. */
export function parseDate(text: string): number | undefined {
  const [, year, month, date] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined) return undefined;
  const ms = new Date(0).setUTCFullYear(year, month - 1, date);
  return new Date(ms).toISOString().startsWith(text) ? ms / DAY_MS : undefined;
}

/**
 * `2026-12-25` or `2026-12-24..2027-01-01`; undefined where it is neither, runs backwards or is longer than ten years.
 */
export function parseDates(text: string): DateRange | undefined {
  const [from, to = from, ...more] = text.split('..');
  const first = parseDate(from ?? '');
  const last = parseDate(to ?? '');
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  return first <= last && last - first < MOST_DAYS ? { first, last } : undefined;
}

/**
 * Dates as `parseDates` reads them, or with the weekday they behave like: `2026-12-31 as saturday`. Sunday if not said.
 */
export function parseSpecialDates(text: string): SpecialDates | undefined {
  const [, name = 'sunday'] = AS.exec(text) ?? [];
  const dates = parseDates(text.replace(AS, ''));
  const known: readonly string[] = WEEKDAYS;
  const weekday = known.indexOf(name);
  return dates === undefined || weekday < 0 ? undefined : { ...dates, weekday };
}

/** `9:30` → ms since midnight, up to `24:00`; undefined where it is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hour, minute] = (TIME.exec(text) ?? []).map(Number);
  if (hour === undefined || minute > 59) return undefined;
  const ms = (hour * 60 + minute) * 60_000;
  return ms <= DAY_MS ? ms : undefined;
}

/** 0 = Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
