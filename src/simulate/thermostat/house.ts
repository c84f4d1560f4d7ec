import type { Dice } from '../dice.ts';

/**
 * What acts on a house for a while: outdoor °C, sun in W/m², heat of the furnace and of people in W, open windows in
 * W/K.
 */
export interface Load {
  readonly outside: number;
  readonly sun: number;
  readonly heat: number;
  readonly gains: number;
  readonly draught: number;
}

/*
 * Two nodes, air (a) and mass (m), with the outdoors (o): the usual 3R2C network of a dwelling (Bacher & Madsen 2011,
 * eqs for TiTm).
 *   Cₐ·dTₐ/dt = Uₐₘ(Tₘ − Tₐ) + (Uₐₒ + U_draught)(Tₒ − Tₐ) + heat + gains + ½·A·sun   (1)
 *   Cₘ·dTₘ/dt = Uₐₘ(Tₐ − Tₘ) + Uₘₒ(Tₒ − Tₘ) + ½·A·sun   (2)
 * C in J/K, U in W/K, A in m². Cₐ includes furniture, so the air answers in minutes, the mass in a day.
 */
/**
 * The air and the mass of one house, with its own size and leaks; equations (1) and (2) above, stepped by Euler. O(1) a
 * step.
 */
export class House {
  readonly #airCapacity: number;
  readonly #massCapacity: number;
  readonly #airToMass: number;
  readonly #airToOutside: number;
  readonly #massToOutside: number;
  readonly #window: number;
  /** Heat the furnace gives while it burns, W: 1.5 to 2.2 times the loss at 35 K below the inside. */
  readonly furnaceWatts: number;
  #air = 19;
  #mass = 18.5;

  constructor(dice: Dice) {
    const size = dice.logNormal(1, 0.25);
    const leaky = dice.logNormal(1, 0.2);
    this.#airCapacity = 3.6e6 * size;
    this.#massCapacity = 3.5e7 * size;
    this.#airToMass = 900 * size;
    this.#airToOutside = 90 * size * leaky;
    this.#massToOutside = 90 * size * leaky;
    this.#window = dice.uniform(2, 4) * size;
    this.furnaceWatts = (this.#airToOutside + this.#massToOutside) * 35 * dice.uniform(1.5, 2.2);
  }

  /** Temperature of the air, °C. */
  get air(): number {
    return this.#air;
  }

  /** Advances by `seconds`, at most some minutes: explicit Euler is stable below Cₐ/ΣU, about half an hour. */
  advance(seconds: number, { outside, sun, heat, gains, draught }: Load): void {
    const exchange = this.#airToMass * (this.#mass - this.#air);
    const solar = (this.#window * sun) / 2;
    const airFlow = exchange + (this.#airToOutside + draught) * (outside - this.#air) + heat + gains + solar;
    const massFlow = -exchange + this.#massToOutside * (outside - this.#mass) + solar;
    this.#air += (airFlow * seconds) / this.#airCapacity;
    this.#mass += (massFlow * seconds) / this.#massCapacity;
  }
}
