import { DAY_MS, type EpochMs } from '../event/time.ts';

/** Every zone's offset is constant within a quarter of an hour. */
const BLOCK_MS = 900_000;

/** Reads event times on the wall clock of a named time zone, daylight saving included. */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat;
  #block = Number.NaN;
  #offset = 0;

  /** @throws RangeError where the zone is unknown; the configuration is checked before. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  }

  /** Milliseconds of the wall clock since 1970-01-01T00:00 local. O(1) within a quarter of an hour, else some µs. */
  local(timeMs: EpochMs): number {
    const block = Math.floor(timeMs / BLOCK_MS);
    if (block !== this.#block) {
      this.#offset = this.#offsetAt(block * BLOCK_MS);
      this.#block = block;
    }
    return timeMs + this.#offset;
  }

  /**
   * The moment at which the wall clock shows this: the inverse of `local`. What it shows twice is the first of the two;
   * what it never shows is moved on by what was skipped.
   */
  epoch(localMs: number): EpochMs {
    const before = localMs - (this.local(localMs - DAY_MS) - (localMs - DAY_MS));
    if (this.local(before) === localMs) return before;
    const after = localMs - (this.local(localMs + DAY_MS) - (localMs + DAY_MS));
    return this.local(after) === localMs ? after : before;
  }

  #offsetAt(timeMs: EpochMs): number {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(timeMs)) part[type] = value;
    const year = part.era === 'B' || part.era === 'BC' ? 1 - Number(part.year) : Number(part.year);
    const day = Date.UTC(
      2000,
      Number(part.month) - 1,
      Number(part.day),
      Number(part.hour),
      Number(part.minute),
      Number(part.second),
    );
    return new Date(day).setUTCFullYear(year) - timeMs;
  }
}

/** Share of the local day that has passed, in [0, 1). */
export function timeOfDay(localMs: number): number {
  const days = localMs / DAY_MS;
  return days - Math.floor(days);
}

/** Share of the local week that has passed, in [0, 1); 1970-01-01 was a Thursday, the week starts on it. */
export function dayOfWeek(localMs: number): number {
  const weeks = localMs / (7 * DAY_MS);
  return weeks - Math.floor(weeks);
}
