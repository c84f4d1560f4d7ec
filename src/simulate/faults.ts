import { DAY_MS, type EpochMs } from '../event/time.ts';
import type { Dice } from './dice.ts';

/** A fault that can befall a series. */
export interface FaultKind {
  readonly fault: string;
  /** Shortest and longest time it lasts, ms; drawn log-uniformly between. */
  readonly lastsMs: readonly [number, number];
  /** Channels it may befall, one at a time; absent = the whole series. */
  readonly channels?: readonly string[];
}

/**
 * One fault of one series, in [startMs, endMs) by the clock its plan is asked with (event time; in `market`, trading
 * time). What it does is the world's affair.
 */
export interface Episode {
  readonly series: string;
  readonly fault: string;
  readonly channel?: string | undefined;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** How bad, in [0, 1). */
  readonly severity: number;
  readonly sign: -1 | 1;
}

/** How far an episode has gone at `timeMs`, from 0 to 1. */
export function progress({ startMs, endMs }: Episode, timeMs: EpochMs): number {
  return Math.min(1, Math.max(0, (timeMs - startMs) / (endMs - startMs)));
}

interface Occurrence {
  readonly kinds: readonly FaultKind[];
  /** Mean number a day, counted between faults. */
  readonly perDay: number;
  /** Nothing starts before. */
  readonly fromMs: EpochMs;
}

/**
 * When a series is faulty: a renewal process with exponential gaps, so faults neither overlap nor keep a rhythm. It
 * depends on its dice alone, not on how often or at which times it is asked, as long as time only goes forward.
 */
export class FaultPlan {
  readonly #series: string;
  readonly #dice: Dice;
  readonly #occurrence: Occurrence;
  #next: Episode | undefined;

  constructor(series: string, dice: Dice, occurrence: Occurrence) {
    this.#series = series;
    this.#dice = dice;
    this.#occurrence = occurrence;
    if (occurrence.kinds.length > 0 && occurrence.perDay > 0) this.#next = this.#draw(occurrence.fromMs);
  }

  /** The episode under way at `timeMs`. Amortised O(1). */
  at(timeMs: EpochMs): Episode | undefined {
    while (this.#next !== undefined && timeMs >= this.#next.endMs) this.#next = this.#draw(this.#next.endMs);
    return this.#next !== undefined && timeMs >= this.#next.startMs ? this.#next : undefined;
  }

  /**
   * The episodes that start before `timeMs` and were not given before, oldest first: for worlds in which a fault adds
   * records.
   */
  *starting(timeMs: EpochMs): Generator<Episode> {
    while (this.#next !== undefined && this.#next.startMs < timeMs) {
      yield this.#next;
      this.#next = this.#draw(this.#next.endMs);
    }
  }

  /** Ends the episode under way at `timeMs`, as a closing bell does. */
  cut(timeMs: EpochMs): void {
    if (this.at(timeMs) !== undefined) this.#next = this.#draw(timeMs);
  }

  #draw(afterMs: EpochMs): Episode {
    const { kinds, perDay } = this.#occurrence;
    const startMs = afterMs + this.#dice.exponential(DAY_MS / perDay);
    const { fault, lastsMs, channels } = this.#dice.pick(kinds);
    const lasts = Math.exp(this.#dice.uniform(Math.log(lastsMs[0]), Math.log(lastsMs[1])));
    return {
      series: this.#series,
      fault,
      channel: channels === undefined ? undefined : this.#dice.pick(channels),
      startMs,
      endMs: startMs + lasts,
      severity: this.#dice.uniform(0, 1),
      sign: this.#dice.chance(0.5) ? 1 : -1,
    };
  }
}
