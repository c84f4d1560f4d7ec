import { DAY_MS, type EpochMs, HOUR_MS } from '../event/time.ts';
import { LocalClock } from './local-clock.ts';

/** No zone moves its clock further at once, but where it moves to another day. */
const FURTHEST_MS = 2 * HOUR_MS;

/** When the wall clock of a zone goes forward and back. Holds that no zone does so twice within three days. O(1) on the same day, else some ten µs. */
export class ClockChanges {
  readonly #clock: LocalClock;
  /** Local day of `skipped`, and by how much the clock goes forward around it, ms; ≤ 0 where it does not. */
  #day = Number.NaN;
  #forwardMs = 0;
  /** The same of `isRecent`, by UTC, in either direction. */
  #utcDay = Number.NaN;
  #movedMs = 0;

  constructor(zone: string) {
    this.#clock = new LocalClock(zone);
  }

  /** Whether the wall clock never showed this time. */
  skipped(localMs: number): boolean {
    const day = Math.floor(localMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#forwardMs = this.#moved((day - 1) * DAY_MS, (day + 2) * DAY_MS);
    }
    return this.#forwardMs > 0 && this.#clock.local(this.#clock.epoch(localMs)) !== localMs;
  }

  /**
   * Whether the clock has just changed: what follows it jumps then, and has what the clock shows twice, or not at all, behind it after twice as long as the
   * clock moved.
   */
  isRecent(timeMs: EpochMs): boolean {
    const day = Math.floor(timeMs / DAY_MS);
    if (day !== this.#utcDay) {
      this.#utcDay = day;
      this.#movedMs = Math.abs(this.#moved(day * DAY_MS - 2 * FURTHEST_MS - 1, (day + 1) * DAY_MS));
    }
    return this.#movedMs > 0 && this.#moved(timeMs - 2 * this.#movedMs - 1, timeMs) !== 0;
  }

  #moved(fromMs: EpochMs, toMs: EpochMs): number {
    return this.#offset(toMs) - this.#offset(fromMs);
  }

  #offset(timeMs: EpochMs): number {
    return this.#clock.local(timeMs) - timeMs;
  }
}
