import type { Dice } from '../dice.ts';

/** Where customers live, and most of those they pay. */
export const HOME = 'US';
const ABROAD = ['CA', 'GB', 'MX', 'DE', 'FR', 'CN', 'BR', 'NG', 'RO', 'TR'] as const;

/**
 * With what a payment is made, and where whoever is paid is registered. `device` is '' where there is none, as with
 * cash.
 */
export interface Means {
  readonly country: string;
  readonly device: string;
}

function device(dice: Dice): string {
  return `device-${dice.integer(100_000, 999_999)}`;
}

/**
 * What a customer pays with: one to three devices by habit, a new one now and then, at home and sometimes abroad. Dice
 * of its own: amounts do not change with it.
 */
export class Wallet {
  readonly #dice: Dice;
  readonly #devices: string[];
  readonly #weights: readonly number[];
  readonly #second: string;
  readonly #secondShare: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#devices = Array.from({ length: dice.integer(1, 3) }, () => device(dice));
    this.#weights = this.#devices.map((_, rank) => 1 / (1 + rank) ** 2);
    this.#second = dice.pick(ABROAD);
    this.#secondShare = dice.chance(0.3) ? 0.05 : 0;
  }

  /** The device used most. */
  get main(): string {
    return this.#devices[0];
  }

  /** What one purchase is made with. About every fifth month a device is replaced. */
  purchase(): Means {
    const dice = this.#dice;
    if (dice.chance(1 / 700)) this.#devices[dice.integer(0, this.#devices.length - 1)] = device(dice);
    const used = this.#devices[dice.weighted(this.#weights)];
    const where = dice.uniform(0, 1);
    const other = dice.pick(ABROAD);
    if (where < 0.003) return { device: used, country: other };
    return { device: used, country: where < 0.003 + this.#secondShare ? this.#second : HOME };
  }
}

/**
 * What a thief pays with throughout one fraud: mostly a device of their own, often abroad; else the stolen card itself.
 */
export function thiefMeans(dice: Dice, { main }: Wallet): Means {
  const own = device(dice);
  const other = dice.pick(ABROAD);
  return { device: dice.chance(0.75) ? own : main, country: dice.chance(0.4) ? other : HOME };
}
