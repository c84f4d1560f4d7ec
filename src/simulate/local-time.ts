import { DAY_MS, type EpochMs, HOUR_MS } from '../event/time.ts';

/** What the clock on the wall shows in New York, where all worlds live. */
export interface LocalTime {
  /** Days since 1970-01-01 of the local date. */
  readonly day: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** Hours since midnight by the wall clock, fractional, in [0, 24). */
  readonly hour: number;
  /** Day of the month, from 1. */
  readonly date: number;
  /** Share of the year gone by, in [0, 1). */
  readonly season: number;
}

const STANDARD_MS = -5 * HOUR_MS;

/** First Sunday of a month (0 = January), in UTC midnight. */
function firstSunday(year: number, month: number): EpochMs {
  const first = Date.UTC(year, month, 1);
  return first + ((7 - new Date(first).getUTCDay()) % 7) * DAY_MS;
}

/**
 * Wall clock minus UTC, ms. United States rule since 2007: one hour ahead from the second Sunday of March, 2:00
 * standard time, to the first Sunday of November, 2:00 daylight time (Energy Policy Act of 2005, section 110).
 */
export function newYorkOffsetMs(timeMs: EpochMs): number {
  const year = new Date(timeMs).getUTCFullYear();
  const from = firstSunday(year, 2) + 7 * DAY_MS + 2 * HOUR_MS - STANDARD_MS;
  const until = firstSunday(year, 10) + HOUR_MS - STANDARD_MS;
  return timeMs >= from && timeMs < until ? STANDARD_MS + HOUR_MS : STANDARD_MS;
}

/** The wall clock at a moment. */
export function newYorkTime(timeMs: EpochMs): LocalTime {
  const wall = new Date(timeMs + newYorkOffsetMs(timeMs));
  const day = Math.floor(wall.getTime() / DAY_MS);
  const season = (wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / (365.25 * DAY_MS);
  const hour = (wall.getTime() - day * DAY_MS) / HOUR_MS;
  return { day, weekday: wall.getUTCDay(), hour, date: wall.getUTCDate(), season: season % 1 };
}

/**
 * The moment at which the wall clock shows `hour` on a local `day`. In the hour that is skipped or doubled, standard
 * time.
 */
export function newYorkMoment(day: number, hour: number): EpochMs {
  const wallMs = day * DAY_MS + hour * HOUR_MS;
  const standard = wallMs - STANDARD_MS;
  const daylight = standard - HOUR_MS;
  return newYorkOffsetMs(standard) === STANDARD_MS || newYorkOffsetMs(daylight) === STANDARD_MS ? standard : daylight;
}

/** Saturday or Sunday. */
export function isWeekend({ weekday }: LocalTime): boolean {
  return weekday === 0 || weekday === 6;
}
