import { Random } from '../math/random.ts';

/**
 * The draws a world is made of, from one named part of its seed: other parts draw what they draw whatever happens here.
 */
export class Dice {
  readonly #random: Random;

  constructor(seed: number, name: string) {
    this.#random = new Random(seed).fork(name);
  }

  /** In [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.#random.next();
  }

  /** Among low, …, high, both inclusive. */
  integer(low: number, high: number): number {
    return low + this.#random.int(high - low + 1);
  }

  normal(mean: number, sd: number): number {
    return mean + sd * this.#random.normal();
  }

  /** e to a normal: half of the draws lie below `median`. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.#random.normal());
  }

  exponential(mean: number): number {
    return this.#random.exponential(mean);
  }

  poisson(mean: number): number {
    return this.#random.poisson(mean);
  }

  /** Student-t of scale 1: its variance is ν / (ν − 2). */
  studentT(degrees: number): number {
    return this.#random.studentT(degrees);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return this.#random.pick(items);
  }

  /** An index, as often as its weight says. O(weights). */
  weighted(weights: readonly number[]): number {
    let left = this.#random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    const index = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return index < 0 ? weights.length - 1 : index;
  }

  /** The items in a random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const mixed = [...items];
    for (let last = mixed.length - 1; last > 0; last--) {
      const other = this.#random.int(last + 1);
      [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
    }
    return mixed;
  }
}
