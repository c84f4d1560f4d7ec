import { DAY_MS, type EpochMs } from '../event/time.ts';
import { LocalClock } from './local-clock.ts';

/** Where the wall clock of a zone skips time. Holds that no zone changes its clock twice within three days. */
export class ClockChanges {
  readonly #clock: LocalClock;
  #day = Number.NaN;
  /** By how much the clock goes forward around that day, ms; ≤ 0 where it does not. */
  #forwardMs = 0;

  constructor(zone: string) {
    this.#clock = new LocalClock(zone);
  }

  /** Whether the wall clock never showed this time. O(1) on the same day, else some ten µs. */
  skipped(localMs: number): boolean {
    const day = Math.floor(localMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#forwardMs = this.#offset((day + 2) * DAY_MS) - this.#offset((day - 1) * DAY_MS);
    }
    return this.#forwardMs > 0 && this.#clock.local(this.#clock.epoch(localMs)) !== localMs;
  }

  #offset(timeMs: EpochMs): number {
    return this.#clock.local(timeMs) - timeMs;
  }
}
