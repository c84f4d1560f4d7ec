import { DAY_MS, type EpochMs } from '../event/time.ts';
import { WallClock } from '../event/wall-clock.ts';

/** Local times of one zone. */
export interface TimeZone {
  /**
   * `localMs`: ms since 1970 as the wall clock shows it. A time that occurs twice (clocks set back) is its first
   * occurrence; one that never occurs (clocks set forward) is moved on by what was skipped, as ECMAScript's Temporal
   * does by default (`compatible`). NaN stays NaN.
   */
  toEpochMs(localMs: number): EpochMs;
  /**
   * The last occurrence, on days around a change of the clocks: that of `toEpochMs` where there is only one. Undefined
   * on all other days.
   */
  laterMs(localMs: number): EpochMs | undefined;
}

/** Days cached of a zone, then all are forgotten. */
const CACHED_DAYS = 4_096;

/**
 * The named zone. O(1) on days whose neighbours are cached; a new day asks `Intl` a few times. @throws RangeError for a
 * name that is none
 */
export function timeZone(name: string): TimeZone {
  if (name === 'UTC') return { toEpochMs: (localMs) => localMs, laterMs: () => undefined };
  return new IanaZone(name);
}

/**
 * Holds that no zone changes its clocks twice within three days: where both sides of a day agree, nothing happens
 * between.
 */
class IanaZone implements TimeZone {
  readonly #wallClock: WallClock;
  /** UTC day → offset at its beginning. */
  readonly #dayOffsets = new Map<number, number>();
  /** The last local day asked for around which the offset does not change, and that offset. */
  #steadyDay = Number.NaN;
  #steadyOffset = 0;

  constructor(name: string) {
    this.#wallClock = new WallClock(name);
  }

  toEpochMs(localMs: number): EpochMs {
    if (Number.isNaN(localMs)) return localMs;
    const day = Math.floor(localMs / DAY_MS);
    if (day === this.#steadyDay) return localMs - this.#steadyOffset;
    const before = this.#dayOffset(day - 1);
    const after = this.#dayOffset(day + 2);
    if (before === after) {
      this.#steadyDay = day;
      this.#steadyOffset = before;
      return localMs - before;
    }
    return this.#nearChange(localMs);
  }

  laterMs(localMs: number): EpochMs | undefined {
    const day = Math.floor(localMs / DAY_MS);
    if (day === this.#steadyDay || Number.isNaN(day)) return undefined;
    if (this.#dayOffset(day - 1) === this.#dayOffset(day + 2)) return undefined;
    const offset = Math.min(this.#wallClock.offsetMs(localMs - DAY_MS), this.#wallClock.offsetMs(localMs + DAY_MS));
    const later = localMs - offset;
    return this.#wallClock.offsetMs(later) === offset ? later : this.toEpochMs(localMs);
  }

  /** The offsets of a day before and after are the only candidates. */
  #nearChange(localMs: number): EpochMs {
    const before = this.#wallClock.offsetMs(localMs - DAY_MS);
    const after = this.#wallClock.offsetMs(localMs + DAY_MS);
    const first = localMs - Math.max(before, after);
    if (this.#wallClock.offsetMs(first) === Math.max(before, after)) return first;
    const second = localMs - Math.min(before, after);
    return this.#wallClock.offsetMs(second) === Math.min(before, after) ? second : localMs - before;
  }

  #dayOffset(day: number): number {
    const known = this.#dayOffsets.get(day);
    if (known !== undefined) return known;
    if (this.#dayOffsets.size >= CACHED_DAYS) this.#dayOffsets.clear();
    const offset = this.#wallClock.offsetMs(day * DAY_MS);
    this.#dayOffsets.set(day, offset);
    return offset;
  }
}
