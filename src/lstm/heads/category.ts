import type { ChannelHead } from './head.ts';

/* One of V words: softmax over the words' forms, of which word 0 is any that is not in the vocabulary.
 *   p_v = e^{y_v} / Σᵤ e^{yᵤ}     nats = −ln p_target     ∂nats/∂y_v = p_v − [v = target]              (1)
 * The largest form is taken off before the exponentials, so that none overflows; p is never 0 to a reader, for what the
 * network holds impossible may come. */

/** The least probability that a word is shown with: 40 bits of surprisal at most. */
const LEAST = 2 ** -40;
/** Probabilities nearer than this part of each other are equal: f32 has 7 digits. */
const ALIKE = 1e-6;

/** The head over a vocabulary of `size` ≥ 2 words, the unseen included. Numbers: the probability of each word. */
export function categoryHead(size: number): ChannelHead {
  return {
    kind: 'category',
    skips: new Array<number>(size).fill(1),
    spread: new Array<number>(size).fill(0.1),

    distribution(numbers, at, y, yAt) {
      const most = largest(y, yAt, size);
      let sum = 0;
      for (let v = 0; v < size; v++) {
        const e = Math.exp(y[yAt + v] - most);
        numbers[at + v] = e;
        sum += e;
      }
      for (let v = 0; v < size; v++) numbers[at + v] /= sum;
    },

    loss(out, outAt, y, target, share) {
      const most = largest(y, 0, size);
      let sum = 0;
      for (let v = 0; v < size; v++) sum += Math.exp(y[v] - most);
      const unit = share / sum;
      for (let v = 0; v < size; v++) out[outAt + v] = unit * Math.exp(y[v] - most);
      out[outAt + target] -= share;
      return Math.log(sum) - (y[target] - most);
    },

    bits: (numbers, at, target) => -Math.log2(Math.max(numbers[at + target], LEAST)),

    rarity(numbers, at, target) {
      // Words as probable but for rounding are as rare.
      const own = numbers[at + target] * (1 + ALIKE);
      let sum = 0;
      for (let v = 0; v < size; v++) if (numbers[at + v] <= own) sum += numbers[at + v];
      return Math.min(1, sum);
    },

    expected(numbers, at) {
      let best = 0;
      for (let v = 1; v < size; v++) if (numbers[at + v] > numbers[at + best]) best = v;
      return best;
    },

    deviation: () => Number.NaN,
    quantile: () => Number.NaN,

    sample(numbers, at, random) {
      let left = random.next();
      for (let v = 0; v < size; v++) {
        left -= numbers[at + v];
        if (left < 0) return v;
      }
      return this.expected(numbers, at);
    },

    learnable: (target) => (Number.isInteger(target) && target >= 0 && target < size ? target : Number.NaN),
  };
}

function largest(y: Float64Array, at: number, size: number): number {
  let most = y[at];
  for (let v = 1; v < size; v++) if (y[at + v] > most) most = y[at + v];
  return most;
}
