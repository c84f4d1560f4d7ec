import { MINUTE_MS, SECOND_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import type { LocalTime } from '../local-time.ts';
import { Wander } from '../wander.ts';
import type { Demand } from './cycle.ts';

/**
 * The channels in the order written, with the span between idle and full, the noise of the sensor, and its decimals.
 */
export const CHANNELS = [
  { name: 'speed', unit: 'rpm', span: 1100, noise: 3, decimals: 0 },
  { name: 'load', unit: '%', span: 70, noise: 0.5, decimals: 1 },
  { name: 'current', unit: 'A', span: 18, noise: 0.12, decimals: 2 },
  { name: 'bearing_temperature', unit: '°C', span: 22, noise: 0.12, decimals: 1 },
  { name: 'vibration', unit: 'mm/s', span: 2.4, noise: 0.08, decimals: 2 },
  { name: 'pressure', unit: 'bar', span: 4.5, noise: 0.03, decimals: 2 },
] as const;

/**
 * A motor that turns a shaft in bearings and a pump: what one channel does, the others follow. Speed and load lag the
 * demand; current carries the torque; the bearing warms with friction over a quarter of an hour; vibration grows with
 * the square of speed; pressure follows the pump's affinity law (head ∝ speed²) less what the load draws.
 */
export class Rotor {
  readonly #nominal: number;
  readonly #friction: number;
  readonly #imbalance: number;
  readonly #grain: Wander;
  readonly #ambient: Wander;
  readonly #dice: Dice;
  readonly #speedKeep: number;
  readonly #loadKeep: number;
  readonly #heatKeep: number;
  #speed = 0.25;
  #load = 5;
  #warmth = 6;

  constructor(dice: Dice, stepMs: number) {
    this.#dice = dice;
    this.#nominal = dice.integer(142, 149) * 10;
    this.#friction = dice.logNormal(1, 0.12);
    this.#imbalance = dice.logNormal(1, 0.18);
    this.#grain = new Wander(dice, { sd: 1.5, tauMs: MINUTE_MS, stepMs });
    this.#ambient = new Wander(dice, { sd: 1, tauMs: 360 * MINUTE_MS, stepMs });
    this.#speedKeep = Math.exp(-stepMs / (8 * SECOND_MS));
    this.#loadKeep = Math.exp(-stepMs / (5 * SECOND_MS));
    this.#heatKeep = Math.exp(-stepMs / (12 * MINUTE_MS));
  }

  /** True values of the channels after one more step, before any sensor; vibration is noisy by nature. */
  next(demand: Demand, { hour }: LocalTime): readonly number[] {
    this.#speed = demand.speed + (this.#speed - demand.speed) * this.#speedKeep;
    this.#load = demand.load + (this.#load - demand.load) * this.#loadKeep;
    const load = Math.max(0, this.#load + this.#grain.next() * (this.#load / 50));
    const speed = this.#speed * (1 - 0.0002 * load);
    const heating = this.#friction * (10 * speed + 0.28 * load * speed);
    this.#warmth = heating + (this.#warmth - heating) * this.#heatKeep;
    const ambient = 22 + 2.5 * Math.cos((2 * Math.PI * (hour - 16)) / 24) + this.#ambient.next();
    const shake = this.#imbalance * (0.4 + 1.7 * speed * speed + 0.009 * load * speed);
    return [
      speed * this.#nominal,
      load,
      3.5 + 0.24 * load * (0.7 + 0.3 * speed),
      ambient + this.#warmth,
      shake * Math.exp(this.#dice.normal(0, 0.05)),
      1 + 6 * speed * speed - 0.012 * load * speed,
    ];
  }
}
