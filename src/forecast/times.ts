import { DAY_MS, type EpochMs } from '../event/time.ts';
import type { Calendar } from '../feature/calendar.ts';

/** Below this interval a day of the week without rows is a gap, not a habit. */
const DAILY_MS = DAY_MS / 2;
/** Days that must have passed before a weekday without a row counts as one that has none. */
const SEEN_DAYS = 28;
/** A calendar without an open session ahead must not hold a forecast up. */
const MOST_CLOSED_STEPS = 100_000;

/** On which days of the week a series of daily rows has any: markets rest on two of them. */
export class Weekdays {
  readonly #lastMs = new Float64Array(7).fill(Number.NEGATIVE_INFINITY);
  #firstMs = Number.POSITIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;

  /** Counts a row. O(1). */
  push(timeMs: EpochMs): void {
    this.#lastMs[weekday(timeMs)] = timeMs;
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    this.#newestMs = timeMs;
  }

  /** Whether no row of the last weeks lies on this day of the week. */
  rests(timeMs: EpochMs): boolean {
    if (this.#newestMs - this.#firstMs < SEEN_DAYS * DAY_MS) return false;
    return this.#lastMs[weekday(timeMs)] < this.#newestMs - SEEN_DAYS * DAY_MS;
  }
}

/** What is known of when rows come. */
export interface RowClock {
  readonly lastMs: EpochMs;
  /** 0 where there is one row only: rows are a second apart then. */
  readonly intervalMs: number;
  readonly calendar: Pick<Calendar, 'isOpen'>;
  readonly weekdays?: Weekdays | undefined;
}

/** When the next rows end: an interval apart, on days that have rows, within sessions. O(rows, and those skipped). */
export function timesAhead({ lastMs, intervalMs, calendar, weekdays }: RowClock, rows: number): readonly EpochMs[] {
  const step = intervalMs > 0 ? intervalMs : 1000;
  const rests = (timeMs: EpochMs) => step >= DAILY_MS && step <= 2 * DAY_MS && weekdays?.rests(timeMs);
  const times: EpochMs[] = [];
  let timeMs = lastMs;
  for (let closed = 0; times.length < rows; ) {
    timeMs += step;
    const skipped = rests(timeMs) || !calendar.isOpen(timeMs - step, timeMs);
    if (skipped && ++closed <= MOST_CLOSED_STEPS) continue;
    times.push(timeMs);
  }
  return times;
}

function weekday(timeMs: EpochMs): number {
  return (((Math.floor(timeMs / DAY_MS) + 4) % 7) + 7) % 7;
}
