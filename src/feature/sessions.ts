import { DAY_MS, type EpochMs } from '../event/time.ts';
import { type DateRange, parseDate, parseDates, parseTimeOfDay, WEEKDAYS, weekdayOf } from './dates.ts';
import { LocalClock } from './local-clock.ts';
import type { SessionOptions } from './options.ts';

/** A session, and the pause after it. */
interface Session {
  readonly openMs: EpochMs;
  readonly closeMs: EpochMs;
  /** Open of the session after it. */
  readonly nextMs: EpochMs;
  /** Sessions before it since 1970. */
  readonly ordinal: number;
  /** How long those lasted together, ms. */
  readonly beforeMs: number;
  readonly lengthMs: number;
}

/** Sessions found last: enough for a series that is a session behind, and its watch. */
const CACHED = 4;

/**
 * The hours in which a market, a shop or a plant is open, as a clock that stops outside them. Its time is counted from
 * 1970, so it depends on the options alone. O(CACHED) where the session was asked for lately; else some ten µs.
 */
export class Sessions {
  /** Of an ordinary session, ms. */
  readonly lengthMs: number;
  /** Open time in a week without holidays, ms. */
  readonly weekMs: number;
  readonly #clock: LocalClock;
  readonly #openAt: number;
  readonly #isOpenOn: readonly boolean[];
  /** Days on which a session would begin and does not, sorted. */
  readonly #holidays: readonly number[];
  /** Days whose session is shorter or longer than the others', sorted, with its length. */
  readonly #other: readonly (readonly [day: number, lengthMs: number])[];
  readonly #cache: Session[] = [];
  #oldest = 0;

  /** The options are checked; `zone`: where they name none. */
  constructor({ zone: own, days, open, close, holidays, half_days }: SessionOptions, zone: string) {
    this.#clock = new LocalClock(own ?? zone);
    this.#openAt = parseTimeOfDay(open) ?? 0;
    this.lengthMs = this.#length(close);
    this.#isOpenOn = WEEKDAYS.map((name) => days.includes(name));
    this.weekMs = this.lengthMs * this.#isOpenOn.filter(Boolean).length;
    const closed = holidays.flatMap((text) => daysOf(parseDates(text)));
    this.#holidays = [...new Set(closed)].filter((day) => this.#isOpenOn[weekdayOf(day)]).sort((a, b) => a - b);
    this.#other = Object.entries(half_days)
      .map(([date, until]) => [parseDate(date) ?? 0, this.#length(until)] as const)
      .filter(([day]) => this.#isSession(day))
      .sort(([a], [b]) => a - b);
  }

  /** Whether any of [start, end] is open time; a moment is where it is not before the open, nor after the close. */
  isOpen(startMs: EpochMs, endMs: EpochMs): boolean {
    const { openMs, closeMs } = this.#find(endMs);
    if (startMs === endMs) return endMs >= openMs && endMs <= closeMs;
    return startMs < closeMs && (endMs > openMs || this.#find(startMs).closeMs > startMs);
  }

  /** Time that was open since 1970, ms: grows in sessions alone. */
  openTime(timeMs: EpochMs): number {
    const session = this.#find(timeMs);
    return session.beforeMs + this.#since(session, timeMs);
  }

  /** Sessions before the one that the time lies in, or after. */
  ordinal(timeMs: EpochMs): number {
    return this.#find(timeMs).ordinal;
  }

  /** Open time since the session's open, ms. */
  sinceOpen(timeMs: EpochMs): number {
    return this.#since(this.#find(timeMs), timeMs);
  }

  /** Share of its session that has passed, in [0, 1]; 1 between sessions. */
  share(timeMs: EpochMs): number {
    const session = this.#find(timeMs);
    return this.#since(session, timeMs) / session.lengthMs;
  }

  /** The last moment by which no more than so much open time has passed since `timeMs`. O(sessions between). */
  after(timeMs: EpochMs, openMs: number): EpochMs {
    let session = this.#find(timeMs);
    let left = openMs + this.#since(session, timeMs);
    while (left >= session.lengthMs) {
      left -= session.lengthMs;
      session = this.#find(session.nextMs);
    }
    return session.openMs + left;
  }

  #since({ openMs, lengthMs }: Session, timeMs: EpochMs): number {
    return Math.min(timeMs - openMs, lengthMs);
  }

  #find(timeMs: EpochMs): Session {
    for (let i = 0; i < this.#cache.length; i++) {
      const session = this.#cache[i];
      if (timeMs >= session.openMs && timeMs < session.nextMs) return session;
    }
    const found = this.#make(timeMs);
    this.#cache[this.#oldest] = found;
    this.#oldest = (this.#oldest + 1) % CACHED;
    return found;
  }

  #make(timeMs: EpochMs): Session {
    let day = Math.floor(this.#clock.local(timeMs) / DAY_MS) + 1;
    while (!this.#isSession(day) || this.#opens(day) > timeMs) day--;
    let next = day + 1;
    while (!this.#isSession(next)) next++;
    const openMs = this.#opens(day);
    const nextMs = this.#opens(next);
    const lengthMs = Math.min(this.#lengthOn(day), nextMs - openMs);
    const ordinal = this.#sessionsBefore(day);
    return {
      openMs,
      nextMs,
      closeMs: openMs + lengthMs,
      ordinal,
      beforeMs: this.#lengthBefore(day, ordinal),
      lengthMs,
    };
  }

  #opens(day: number): EpochMs {
    return this.#clock.epoch(day * DAY_MS + this.#openAt);
  }

  #isSession(day: number): boolean {
    return this.#isOpenOn[weekdayOf(day)] && !this.#holidays.includes(day);
  }

  #sessionsBefore(day: number): number {
    const weeks = Math.floor(day / 7);
    let count = weeks * this.#isOpenOn.filter(Boolean).length;
    for (let rest = weeks * 7; rest < day; rest++) if (this.#isOpenOn[weekdayOf(rest)]) count++;
    return count - this.#holidays.filter((holiday) => holiday >= 0 && holiday < day).length;
  }

  #lengthBefore(day: number, ordinal: number): number {
    let sum = ordinal * this.lengthMs;
    for (const [other, lengthMs] of this.#other) if (other >= 0 && other < day) sum += lengthMs - this.lengthMs;
    return sum;
  }

  #lengthOn(day: number): number {
    return this.#other.find(([other]) => other === day)?.[1] ?? this.lengthMs;
  }

  /** Until a close that is not after the open a session lasts over midnight. */
  #length(close: string): number {
    const length = (parseTimeOfDay(close) ?? 0) - this.#openAt;
    return length > 0 ? length : length + DAY_MS;
  }
}

function daysOf(range: DateRange | undefined): number[] {
  if (range === undefined) return [];
  return Array.from({ length: range.last - range.first + 1 }, (_, i) => range.first + i);
}
