import type { Dice } from '../dice.ts';

/** Persistence and tails as minute bars of liquid shares show them. */
const ALPHA = 0.06;
const BETA = 0.925;
const DEGREES = 5;

/**
 * GARCH(1,1) with Student-t innovations (Bollerslev 1987), scaled to a long-run variance of 1:
 *   εₜ = σₜ·zₜ   σ²ₜ = (1 − α − β) + α·ε²ₜ₋₁ + β·σ²ₜ₋₁   zₜ ~ t(ν) with unit variance
 */
export class Garch {
  readonly #dice: Dice;
  #variance = 1;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  next(): number {
    const shock = Math.sqrt(this.#variance) * this.#dice.studentT(DEGREES) * Math.sqrt((DEGREES - 2) / DEGREES);
    this.#variance = 1 - ALPHA - BETA + ALPHA * shock * shock + BETA * this.#variance;
    return shock;
  }
}
