import { HOUR_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import type { LocalTime } from '../local-time.ts';
import { Wander } from '../wander.ts';

/** Outdoor air, °C, and sun on a vertical window, W/m². */
export interface Sky {
  readonly outside: number;
  readonly sun: number;
}

/**
 * The weather of one town: a yearly and a daily wave, fronts that pass over days, gusts over hours, and clouds that dim
 * the sun and flatten the day. Coldest near 20 January and before dawn, as at 41° N by the sea.
 */
export class Weather {
  readonly #front: Wander;
  readonly #gust: Wander;
  readonly #cloud: Wander;

  constructor(dice: Dice, stepMs: number) {
    this.#front = new Wander(dice, { sd: 4, tauMs: 60 * HOUR_MS, stepMs });
    this.#gust = new Wander(dice, { sd: 0.5, tauMs: 2 * HOUR_MS, stepMs });
    this.#cloud = new Wander(dice, { sd: 1.6, tauMs: 14 * HOUR_MS, stepMs });
  }

  next({ season, hour }: LocalTime): Sky {
    const clear = 1 / (1 + Math.exp(this.#cloud.next()));
    const summer = -Math.cos(2 * Math.PI * (season - 20 / 365));
    const swing = (1.5 + 3.5 * clear) * Math.cos((2 * Math.PI * (hour - 15)) / 24);
    const outside = 12 + 12 * summer + swing + this.#front.next() + this.#gust.next();
    const daylight = 12 + 3 * summer;
    const height = Math.sin((Math.PI * (hour - 12 + daylight / 2)) / daylight);
    const up = Math.abs(hour - 12) < daylight / 2 ? height : 0;
    return { outside, sun: up * (80 + 420 * clear) };
  }
}
