import { hash32 } from './hash.ts';

const TWO_32 = 2 ** 32;
/** Above it a Poisson draw is a sum of smaller ones, so that e^−mean stays far from underflow. */
const POISSON_PART = 500;

/** SplitMix32: well-mixed words from any 32-bit seed, neighbouring seeds included. */
function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman and Vigna, 2018; period 2¹²⁸ − 1), seeded by SplitMix32. Equal
 * seeds give equal draws on every machine. Not for secrets.
 */
export class Random {
  /** What forks descend from: where this generator began, not how far it has come. */
  #origin: number;
  readonly #words = new Uint32Array(4);

  /** @param seed an integer; its lowest 53 bits count, folded into 32. */
  constructor(seed: number) {
    this.#origin = (seed ^ Math.floor(seed / TWO_32)) >>> 0;
    const word = splitMix32(this.#origin);
    for (let i = 0; i < 4; i++) this.#words[i] = word();
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. Two words. */
  next(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /**
   * Standard normal, by Box and Muller's cosine: always two uniforms, so the count of draws never depends on their
   * values.
   */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Exponential with this mean. */
  exponential(mean = 1): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Student-t with `nu` > 0 degrees of freedom, scale 1 (Bailey 1994, eq. 1). */
  studentT(nu: number): number {
    const radius = Math.sqrt(nu * ((1 - this.next()) ** (-2 / nu) - 1));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Poisson with this mean ≥ 0, by counting uniforms until their product passes e^−mean (Knuth). O(mean). */
  poisson(mean: number): number {
    let count = 0;
    for (let left = mean; left > 0; left -= POISSON_PART) {
      const end = Math.exp(-Math.min(left, POISSON_PART));
      for (let product = this.next(); product > end; product *= this.next()) count++;
    }
    return count;
  }

  /** Uniform among 0, 1, …, n − 1; n ≥ 1. */
  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** One of the items. @throws RangeError where there is none. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.int(items.length)];
  }

  /**
   * An independent generator for what `label` names. It depends on this one's seed and the label alone, not on what was
   * drawn before: a new draw in one place changes nothing in another.
   */
  fork(label: string): Random {
    const mixed = splitMix32(this.#origin)();
    return new Random((mixed ^ hash32(label)) >>> 0);
  }

  /** Five words, for a snapshot: the origin of the forks, then the generator. */
  state(): readonly number[] {
    return [this.#origin, ...this.#words];
  }

  /** Continues exactly where `state()` was taken. @throws RangeError where it is not five words. */
  restore(state: readonly number[]): void {
    if (state.length !== 5) throw new RangeError(`a generator's state has 5 words, not ${state.length}`);
    this.#origin = state[0] >>> 0;
    this.#words.set(state.slice(1));
  }

  #word(): number {
    const s = this.#words;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const carried = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= carried;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }
}
