import { type EpochMs, MINUTE_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import { isWeekend, type LocalTime } from '../local-time.ts';

/** What a person is doing. */
export interface Doing {
  readonly asleep: boolean;
  /** Steps a minute of the walk or run under way; 0 = none. */
  readonly cadence: number;
  /** The watch is on the wrist. */
  readonly worn: boolean;
}

/** Steps a minute from which on a person runs: walks have at most 115, runs about 160. */
const RUNS_FROM = 140;

/** What a person does, in one word. */
export type Activity = 'asleep' | 'resting' | 'walking' | 'running';

/** The word for it. */
export function activityOf({ asleep, cadence }: Pick<Doing, 'asleep' | 'cadence'>): Activity {
  if (cadence >= RUNS_FROM) return 'running';
  if (cadence > 0) return 'walking';
  return asleep ? 'asleep' : 'resting';
}

/**
 * A person's day: sleep, walks of some minutes at irregular moments, a run at a habitual hour on some days, and the
 * watch taken off to charge once a day and now and then besides.
 */
export class Day {
  readonly #dice: Dice;
  readonly #stepMs: number;
  readonly #wake: number;
  readonly #sleep: number;
  readonly #lieIn: number;
  readonly #restlessness: number;
  readonly #runHour: number;
  readonly #runShare: number;
  readonly #chargeHour: number;
  #day = -1;
  #wakesAt = 0;
  #sleepsAt = 0;
  #runsAt = Infinity;
  #cadence = 0;
  #walksUntilMs = -Infinity;
  #offUntilMs = -Infinity;
  #chargesAt = Infinity;

  constructor(dice: Dice, stepMs: number) {
    this.#dice = dice;
    this.#stepMs = stepMs;
    this.#wake = dice.uniform(5.75, 7.75);
    this.#sleep = dice.uniform(22, 23.5);
    this.#lieIn = dice.uniform(0.3, 1.8);
    this.#restlessness = dice.uniform(1 / 40, 1 / 20);
    this.#runHour = dice.chance(0.5) ? this.#wake + 0.4 : dice.uniform(17, 19.5);
    this.#runShare = dice.uniform(0.1, 0.6);
    this.#chargeHour = dice.chance(0.5) ? this.#wake + 0.1 : this.#sleep - 1.5;
  }

  /** `vigour` in [0, 1]: 1 = well; less walks less, and nobody runs in a fever. */
  at(timeMs: EpochMs, local: LocalTime, vigour: number): Doing {
    if (local.day !== this.#day) this.#begin(local);
    const asleep = local.hour < this.#wakesAt || local.hour >= this.#sleepsAt;
    if (local.hour >= this.#chargesAt) this.#takeOff(timeMs, this.#dice.logNormal(45, 0.35));
    if (!asleep && this.#happens(1 / 2_500)) this.#takeOff(timeMs, this.#dice.logNormal(35, 0.7));
    if (asleep) this.#walksUntilMs = -Infinity;
    if (!asleep && vigour === 1 && local.hour >= this.#runsAt) this.#run(timeMs);
    const idle = timeMs >= this.#walksUntilMs;
    if (!asleep && idle && this.#happens(this.#restlessness * vigour)) this.#walk(timeMs);
    const walking = timeMs < this.#walksUntilMs;
    return { asleep, cadence: walking ? this.#cadence : 0, worn: timeMs >= this.#offUntilMs };
  }

  #begin(local: LocalTime): void {
    this.#day = local.day;
    this.#wakesAt = this.#wake + (isWeekend(local) ? this.#lieIn : 0) + this.#dice.normal(0, 0.25);
    this.#sleepsAt = Math.min(23.95, this.#sleep + this.#dice.normal(0, 0.35));
    this.#chargesAt = this.#dice.chance(0.9) ? this.#chargeHour + this.#dice.normal(0, 0.2) : Infinity;
    this.#runsAt = this.#dice.chance(this.#runShare) ? this.#runHour + this.#dice.normal(0, 0.2) : Infinity;
  }

  #takeOff(timeMs: EpochMs, minutes: number): void {
    this.#chargesAt = Infinity;
    this.#offUntilMs = timeMs + minutes * MINUTE_MS;
  }

  #run(timeMs: EpochMs): void {
    this.#runsAt = Infinity;
    this.#cadence = this.#dice.normal(160, 4);
    this.#walksUntilMs = timeMs + this.#dice.uniform(20, 50) * MINUTE_MS;
  }

  #walk(timeMs: EpochMs): void {
    this.#cadence = this.#dice.uniform(25, 115);
    this.#walksUntilMs = timeMs + this.#dice.logNormal(5, 0.9) * MINUTE_MS;
  }

  /** An event of so many a minute, within this step. */
  #happens(perMinute: number): boolean {
    return this.#dice.chance(1 - Math.exp((-perMinute * this.#stepMs) / MINUTE_MS));
  }
}
