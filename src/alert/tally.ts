import { type EpochMs, HOUR_MS, WEEK_MS } from '../event/time.ts';

const HOURS = WEEK_MS / HOUR_MS;

/** How often something happened within the last week of event time, by the hour: at most 168 counts. */
export class Tally {
  #hours: (readonly [hour: number, count: number])[] = [];

  /** O(hours kept). */
  add(timeMs: EpochMs): void {
    const hour = hourOf(timeMs);
    const others = this.#hours.filter(([other]) => other !== hour && other > hour - HOURS);
    this.#hours = [...others, [hour, this.#countOf(hour) + 1]];
  }

  /** Of the week that ends with the hour of `nowMs`; what came after it counts too. */
  within(nowMs: EpochMs): number {
    const first = hourOf(nowMs) - HOURS;
    return this.#hours.reduce((sum, [hour, count]) => (hour > first ? sum + count : sum), 0);
  }

  snapshot(): readonly (readonly [hour: number, count: number])[] {
    return this.#hours;
  }

  restore(hours: readonly (readonly [hour: number, count: number])[]): void {
    this.#hours = [...hours];
  }

  #countOf(hour: number): number {
    return this.#hours.find(([other]) => other === hour)?.[1] ?? 0;
  }
}

function hourOf(timeMs: EpochMs): number {
  return Math.floor(timeMs / HOUR_MS);
}
