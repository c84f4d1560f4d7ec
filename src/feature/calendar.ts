import { DAY_MS, type EpochMs, WEEK_MS } from '../event/time.ts';
import { ClockChanges } from './clock-changes.ts';
import { parseSpecialDates, weekdayOf } from './dates.ts';
import { dayOfWeek, LocalClock, timeOfDay } from './local-clock.ts';
import type { FeatureOptions } from './options.ts';
import { Sessions } from './sessions.ts';

/** What the calendar says of a moment. */
export interface CalendarMoment {
  /** Wall clock of the stream's zone, ms since 1970-01-01T00:00 local. */
  readonly localMs: number;
  /** Share of the local day that has passed, in [0, 1). */
  readonly day: number;
  /**
   * Share of the week that has passed, from Thursday on, in [0, 1); a special day lies where the day does that it
   * behaves like.
   */
  readonly week: number;
  /** 0 = Sunday; of a special day the day that it behaves like. */
  readonly weekday: number;
  /** Saturday or Sunday, or a special day that behaves like one. */
  readonly weekend: 0 | 1;
  readonly special: 0 | 1;
  /** The wall clock has just gone forward or back, and the values follow it: what they do now says nothing. */
  readonly clockChanged: boolean;
  /** Share of the session that has passed, in [0, 1]; 1 between sessions, 0 where the stream has none. */
  readonly session: number;
  /** The clock of the season's memory, ms: one season back on it lies what this moment is compared with. */
  readonly seasonMs: number;
  /** Whether its values may represent its place of the season. */
  readonly remembered: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Values kept of a season are 288 a day: the close of a session has a place of its own. */
const SESSION_PLACES = 287 / 288;
const THURSDAY = 4;
/** Days off of the same weekday follow each other at the turn of a year. */
const WEEKS_BACK = 4;

/**
 * Special days, sessions and the local clock of a stream. Without sessions its time is event time. O(1) within a
 * quarter of an hour, else some µs; the same time again is free, and nothing is allocated.
 */
export class Calendar {
  /** How fast the clock of the season runs while a session is open. */
  readonly seasonPace: number;
  /** Time in a week in which rows can be: that of the sessions, or all of it; ms. */
  readonly weekMs: number;
  readonly #clock: LocalClock;
  readonly #changes: ClockChanges;
  readonly #sessions: Sessions | undefined;
  /** Day since 1970 → the day of the week it behaves like. */
  readonly #special = new Map<number, number>();
  readonly #season: 'local' | 'weeks' | 'sessions';
  readonly #seasonMs: number;
  readonly #hasDaysOff: boolean;
  readonly #followsClock: boolean;
  #at: EpochMs = Number.NaN;
  /** Local date read last, and how many days after it the day comes that it behaves like. */
  #date = Number.NaN;
  #daysOff = 0;
  readonly #moment: Writable<CalendarMoment> = {
    localMs: 0,
    day: 0,
    week: 0,
    weekday: 0,
    weekend: 0,
    special: 0,
    clockChanged: false,
    session: 0,
    seasonMs: 0,
    remembered: true,
  };

  /** The options are checked. */
  constructor({ zone, calendar, special_days = [], sessions, season }: FeatureOptions) {
    this.#clock = new LocalClock(zone);
    this.#changes = new ClockChanges(zone);
    this.#sessions = sessions && new Sessions(sessions, zone);
    this.weekMs = this.#sessions?.weekMs ?? WEEK_MS;
    for (const text of special_days) {
      const dates = parseSpecialDates(text);
      if (dates === undefined) continue;
      for (let day = dates.first; day <= dates.last; day++) this.#special.set(day, dates.weekday);
    }
    this.#season = season === null ? 'local' : seasonClock(season, sessions !== undefined);
    this.#seasonMs = season ?? 0;
    this.seasonPace =
      this.#season === 'sessions' ? (SESSION_PLACES * DAY_MS) / (this.#sessions?.lengthMs ?? DAY_MS) : 1;
    this.#followsClock = calendar.length > 0 || season !== null;
    this.#hasDaysOff = special_days.length > 0 || sessions !== undefined;
  }

  /** What is known of a moment; the same object each time, until the next call. */
  at(timeMs: EpochMs): CalendarMoment {
    if (timeMs !== this.#at) this.#read(timeMs);
    return this.#moment;
  }

  /** Wall clock of the stream's zone, ms since 1970-01-01T00:00 local. */
  local(timeMs: EpochMs): number {
    return this.at(timeMs).localMs;
  }

  /**
   * How many seasons back a value may be that nothing newer has replaced: one, or two where the clock skipped the time
   * one season ago, and a few where weeks have days off.
   */
  seasons(timeMs: EpochMs): number {
    if (this.#season === 'sessions' || this.#seasonMs === 0) return 1;
    if (this.#season === 'weeks' && this.#hasDaysOff) return WEEKS_BACK;
    return this.#changes.skipped(this.at(timeMs).seasonMs - this.#seasonMs) ? 2 : 1;
  }

  /** Whether a row of [startMs, endMs] counts: some of it lies in a session. */
  isOpen(startMs: EpochMs, endMs: EpochMs): boolean {
    return this.#sessions?.isOpen(startMs, endMs) ?? true;
  }

  /** Time between two moments, pauses between sessions left out; ms. */
  elapsed(fromMs: EpochMs, toMs: EpochMs): number {
    const sessions = this.#sessions;
    return sessions === undefined ? toMs - fromMs : sessions.openTime(toMs) - sessions.openTime(fromMs);
  }

  /** Whether a pause between sessions lies between two moments. */
  isBroken(fromMs: EpochMs, toMs: EpochMs): boolean {
    const sessions = this.#sessions;
    return sessions !== undefined && sessions.ordinal(fromMs) !== sessions.ordinal(toMs);
  }

  /** The last moment by which no more than `ms` have elapsed since `timeMs`. */
  after(timeMs: EpochMs, ms: number): EpochMs {
    return this.#sessions?.after(timeMs, ms) ?? timeMs + ms;
  }

  #read(timeMs: EpochMs): void {
    const moment = this.#moment;
    const local = this.#clock.local(timeMs);
    const date = Math.floor(local / DAY_MS);
    if (date !== this.#date) this.#readDate(date);
    const { weekday } = moment;
    this.#at = timeMs;
    moment.localMs = local;
    moment.day = timeOfDay(local);
    moment.week = this.#daysOff === 0 ? dayOfWeek(local) : (((weekday - THURSDAY + 7) % 7) + moment.day) / 7;
    moment.clockChanged = this.#followsClock && this.#changes.isRecent(timeMs);
    moment.session = this.#sessions?.share(timeMs) ?? 0;
    moment.seasonMs = this.#seasonOf(timeMs, local);
  }

  #readDate(date: number): void {
    const moment = this.#moment;
    const own = weekdayOf(date);
    const like = this.#special.get(date);
    const weekday = like ?? own;
    this.#date = date;
    this.#daysOff = (weekday - own + 7) % 7;
    moment.weekday = weekday;
    moment.weekend = weekday === 0 || weekday === 6 ? 1 : 0;
    moment.special = like === undefined ? 0 : 1;
    moment.remembered = this.#season !== 'weeks' || weekday === own;
  }

  /** A special day looks back from the day of its kind that comes next, to the one that was last. */
  #seasonOf(timeMs: EpochMs, local: number): number {
    if (this.#season === 'weeks') return local + this.#daysOff * DAY_MS;
    const sessions = this.#sessions;
    if (this.#season === 'local' || sessions === undefined) return local;
    const share = Math.min(sessions.sinceOpen(timeMs) / sessions.lengthMs, 1);
    return (sessions.ordinal(timeMs) + share * SESSION_PLACES) * DAY_MS;
  }
}

/** A season of weeks has days of the week; one of days is one of sessions where there are any. */
function seasonClock(season: number, hasSessions: boolean): 'local' | 'weeks' | 'sessions' {
  if (season % WEEK_MS === 0) return 'weeks';
  return hasSessions && season % DAY_MS === 0 ? 'sessions' : 'local';
}
