import { type EpochMs, MINUTE_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';

/** What the controller asks of the machine: speed as a share of nominal, load in %. */
export interface Demand {
  readonly speed: number;
  readonly load: number;
}

interface Phase extends Demand {
  readonly minutes: number;
}

/**
 * The job a machine repeats: idle, rough pass, light pass, finishing; each time a little longer or shorter, heavier or
 * lighter.
 */
export class Cycle {
  readonly #dice: Dice;
  readonly #phases: readonly Phase[];
  #index = 0;
  #untilMs: EpochMs;
  #demand: Demand = { speed: 0.25, load: 5 };

  constructor(dice: Dice, startMs: EpochMs) {
    this.#dice = dice;
    const rough = dice.uniform(65, 90);
    this.#phases = [
      { minutes: dice.uniform(3, 6), speed: 0.25, load: 5 },
      { minutes: dice.uniform(6, 12), speed: dice.uniform(0.8, 0.9), load: rough },
      { minutes: dice.uniform(3, 7), speed: 1, load: dice.uniform(30, 45) },
      { minutes: dice.uniform(5, 10), speed: dice.uniform(0.85, 0.95), load: rough * dice.uniform(0.7, 0.9) },
    ];
    this.#untilMs = startMs;
  }

  at(timeMs: EpochMs): Demand {
    while (timeMs >= this.#untilMs) {
      const { minutes, speed, load } = this.#phases[this.#index];
      this.#index = (this.#index + 1) % this.#phases.length;
      this.#untilMs += minutes * MINUTE_MS * this.#dice.uniform(0.95, 1.05);
      this.#demand = { speed, load: load * this.#dice.uniform(0.95, 1.05) };
    }
    return this.#demand;
  }
}
