import type { Dice } from './dice.ts';

/**
 * An Ornstein–Uhlenbeck process around 0, sampled exactly at a fixed step: xₜ = a·xₜ₋₁ + σ·√(1 − a²)·εₜ with a =
 * e^(−step/τ). Weather, moods and slow noise. `sd` is its stationary deviation; it starts there.
 */
export class Wander {
  readonly #dice: Dice;
  readonly #keep: number;
  readonly #kick: number;
  #value: number;

  constructor(
    dice: Dice,
    { sd, tauMs, stepMs }: { readonly sd: number; readonly tauMs: number; readonly stepMs: number },
  ) {
    this.#dice = dice;
    this.#keep = Math.exp(-stepMs / tauMs);
    this.#kick = sd * Math.sqrt(1 - this.#keep * this.#keep);
    this.#value = dice.normal(0, sd);
  }

  /** The next value. O(1). */
  next(): number {
    this.#value = this.#keep * this.#value + this.#dice.normal(0, this.#kick);
    return this.#value;
  }
}
