import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import type { Episode } from '../faults.ts';
import type { LocalTime } from '../local-time.ts';
import { Wander } from '../wander.ts';
import type { Doing } from './day.ts';

/** Heart beats a minute for each degree of fever (Liebermeister's rule: 8 to 10). */
const BPM_PER_DEGREE = 8.5;
const SLEEP_CYCLE_MS = 90 * MINUTE_MS;

/** Share of its height that a fever has reached: it rises over four hours, and falls over the last eight. */
export function feverShape({ startMs, endMs }: Episode, timeMs: EpochMs): number {
  const rise = (timeMs - startMs) / (4 * HOUR_MS);
  const fall = (endMs - timeMs) / (8 * HOUR_MS);
  return Math.max(0, Math.min(1, rise, fall));
}

/** Degrees of fever at its height. */
export function feverDegrees({ severity }: Episode): number {
  return 1.2 + 1.3 * severity;
}

/**
 * Heart rate and skin temperature of one person. The heart follows effort with a quick rise and a slower recovery
 * (first order, as in on/off kinetics of heart rate), falls in sleep with a swing of ninety minutes, and has a daily
 * wave with its trough near 4 in the morning.
 */
export class Body {
  readonly #dice: Dice;
  readonly #rest: number;
  readonly #peak: number;
  readonly #perStep: number;
  readonly #wave: number;
  readonly #sleepDrop: number;
  readonly #mood: Wander;
  readonly #skinMood: Wander;
  readonly #rise: number;
  readonly #recover: number;
  readonly #skinKeep: number;
  #effort = 0;
  #drowsy = 1;
  #skin = 33.5;

  constructor(dice: Dice, stepMs: number) {
    this.#dice = dice;
    this.#rest = dice.uniform(56, 74);
    this.#peak = dice.uniform(172, 196);
    this.#perStep = dice.uniform(0.26, 0.4);
    this.#wave = dice.uniform(2.5, 4.5);
    this.#sleepDrop = dice.uniform(5, 10);
    this.#mood = new Wander(dice, { sd: 2.2, tauMs: 6 * MINUTE_MS, stepMs });
    this.#skinMood = new Wander(dice, { sd: 0.25, tauMs: 40 * MINUTE_MS, stepMs });
    this.#rise = Math.exp(-stepMs / (50 * 1000));
    this.#recover = Math.exp(-stepMs / (150 * 1000));
    this.#skinKeep = Math.exp(-stepMs / (20 * MINUTE_MS));
  }

  /** Heart rate in beats a minute and skin temperature in °C, after one more step. */
  next(timeMs: EpochMs, { hour }: LocalTime, doing: Doing, fault: Episode | undefined): readonly [number, number] {
    const fever = fault?.fault === 'fever' ? feverDegrees(fault) * feverShape(fault, timeMs) : 0;
    const wanted = this.#perStep * doing.cadence * (doing.cadence > 140 ? 1.7 : 1);
    this.#effort = wanted + (this.#effort - wanted) * (wanted > this.#effort ? this.#rise : this.#recover);
    const drowsy = doing.asleep ? 1 : 0;
    this.#drowsy = drowsy + (this.#drowsy - drowsy) * this.#skinKeep;
    const night = this.#drowsy * (this.#sleepDrop + 2 * Math.sin((2 * Math.PI * timeMs) / SLEEP_CYCLE_MS));
    const wave = -this.#wave * Math.cos((2 * Math.PI * (hour - 4)) / 24);
    const calm = this.#rest + wave - night + this.#mood.next() * (1 - 0.5 * this.#drowsy) + BPM_PER_DEGREE * fever;
    const heart = calm + this.#effort + this.#dice.normal(0, 0.8);
    const skin = 33.2 + this.#drowsy * 0.9 - 0.012 * this.#effort + fever;
    this.#skin = skin + (this.#skin - skin) * this.#skinKeep;
    const warmth = this.#skin + this.#skinMood.next();
    return [Math.min(this.#peak, fault?.fault === 'arrhythmia' ? this.#fibrillate(heart, fault) : heart), warmth];
  }

  /** Atrial fibrillation: fast whatever the person does, and irregular from minute to minute. */
  #fibrillate(heart: number, { severity }: Episode): number {
    return Math.max(45, heart + 25 + 30 * severity + this.#dice.normal(0, 14));
  }
}
