import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../event/time.ts';
import { LocalClock } from './local-clock.ts';

/**
 * No zone changes its clock twice within so many days and the margin on both sides: a month of Ramadan is the shortest.
 */
const SPAN_DAYS = 14;
const MARGIN_DAYS = 2;
/** Half an hour upsets a network for as long as an hour does. */
const RECENT_MS = 2 * HOUR_MS;
/** Clocks change on a quarter of an hour. */
const STEP_MS = 15 * MINUTE_MS;

/**
 * When the wall clock of a zone goes forward and back. O(1), but for the first time asked for of each fortnight: that
 * takes some µs, or with a change 100.
 */
export class ClockChanges {
  readonly #skips: Fortnight;
  readonly #changes: Fortnight;

  constructor(zone: string) {
    const clock = new LocalClock(zone);
    this.#skips = new Fortnight(clock);
    this.#changes = new Fortnight(clock);
  }

  /** Whether the wall clock never showed this time. */
  skipped(localMs: number): boolean {
    const { changeMs, before, moved } = this.#skips.of(localMs);
    const shown = localMs - before;
    return shown >= changeMs && shown < changeMs + moved;
  }

  /**
   * Whether the clock has just changed: what follows it jumps then, has what the clock shows twice, or not at all,
   * behind it once as much time has passed as the clock moved, and the network needs some rows more.
   */
  isRecent(timeMs: EpochMs): boolean {
    const { changeMs, moved } = this.#changes.of(timeMs);
    return timeMs >= changeMs && timeMs <= changeMs + Math.max(RECENT_MS, 2 * Math.abs(moved));
  }
}

/** The change of a clock, if there is one, within a fortnight and a margin: looked up once for those days. */
class Fortnight {
  /** When it changes; NaN where it does not. */
  changeMs: EpochMs = Number.NaN;
  /** Wall clock minus UTC before it, ms. */
  before = 0;
  /** > 0 where it goes forward, ms. */
  moved = 0;
  readonly #clock: LocalClock;
  #number = Number.NaN;

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  /** The fortnight of a time, by UTC or by the wall clock. */
  of(timeMs: number): this {
    const number = Math.floor(timeMs / (SPAN_DAYS * DAY_MS));
    if (number !== this.#number) this.#read(number);
    return this;
  }

  #read(number: number): void {
    this.#number = number;
    let from = (number * SPAN_DAYS - MARGIN_DAYS) * DAY_MS;
    let to = ((number + 1) * SPAN_DAYS + MARGIN_DAYS) * DAY_MS;
    this.before = this.#offset(from);
    this.moved = this.#offset(to) - this.before;
    while (this.moved !== 0 && to - from > STEP_MS) {
      const middle = from + Math.floor((to - from) / STEP_MS / 2) * STEP_MS;
      if (this.#offset(middle) === this.before) from = middle;
      else to = middle;
    }
    this.changeMs = this.moved === 0 ? Number.NaN : to;
  }

  #offset(timeMs: EpochMs): number {
    return this.#clock.local(timeMs) - timeMs;
  }
}
