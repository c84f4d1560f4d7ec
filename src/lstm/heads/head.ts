import type { Random } from '../../math/random.ts';
import type { Real } from '../engine.ts';

/**
 * A head: what the values of one channel are drawn from. The network gives it F numbers a row, affine forms y of the
 * hidden state h and the row's inputs x,
 *
 *   y = w·h + s·k·x + b     w [H], k [I], b; s, the form's skip, damps the path that goes round the cell      (1)
 *
 * and `distribution` turns them into the F numbers that describe the distribution. Everything else is a
 * function of those numbers, which lie in `ForwardBatch.distribution`:
 *
 *   const { heads, offsets, width } = headsOf(shape);
 *   engine.forward(rows);
 *   const at = row * width + offsets[d];
 *   heads[d].expected(engine.forwardBatch.distribution, at);          // one number
 *   heads[d].quantile(engine.forwardBatch.distribution, at, 0.975);   // the end of a band
 *   heads[d].sample(engine.forwardBatch.distribution, at, random);    // one future: feed it back as the next input
 *
 * Values are in the unit that the network learns: of a `real` channel innovations (the caller adds the newest value and
 * multiplies by the series' unit), of a `count` the count itself, of a `category` the index of its word.
 *
 * Every engine computes (1) and its gradient in its own kernels, for any head; `loss` is called for each target, unless
 * the engine has a kernel of its own for this kind. A head is pure, holds no state, and costs O(F) a call.
 */
export interface ChannelHead {
  readonly kind: string;
  /** [F]: the skip s of each form. */
  readonly skips: readonly number[];
  /** [F]: the initial w of each form are normal with this deviation over √H; 0 = they start at 0, as all k and b do. */
  readonly spread: readonly number[];
  /** Writes the numbers of the distribution [F], from `at` on, that the forms y [F] from `yAt` on make. */
  distribution(numbers: Real, at: number, y: Float64Array, yAt: number): void;
  /**
   * −ln of the probability (density) of the target under the forms y [F], in nats; writes share · ∂nats/∂y to `out` [F]
   * from `outAt` on. `y` is from its beginning; the target is no NaN.
   */
  loss(out: Real, outAt: number, y: Float64Array, target: number, share: number): number;
  /**
   * Surprisal in bits of the target; of a density, that of its interval, `cell` wide (what is discrete ignores it).
   * Never negative.
   */
  bits(numbers: Real, at: number, target: number, cell: number): number;
  /**
   * The chance of a value that is no more probable than the target; where values have an order, of one as far out on
   * either side. In [0, 1]; of draws from the distribution, no larger than p with chance p at most.
   */
  rarity(numbers: Real, at: number, target: number): number;
  /** What is expected: the mean, or of categories the most probable one. */
  expected(numbers: Real, at: number): number;
  /** The p-quantile minus `expected`; NaN where values have no order. */
  deviation(numbers: Real, at: number, p: number): number;
  /** The p-quantile, 0 < p < 1; NaN where values have no order. */
  quantile(numbers: Real, at: number, p: number): number;
  /** One value, drawn. */
  sample(numbers: Real, at: number, random: Random): number;
  /**
   * The target that an engine may be asked to learn in place of this number, which may be anything that a record can
   * say; NaN = not learned.
   */
  learnable(target: number): number;
}

/** How many forms a head has: F. */
export function formsOf({ skips }: ChannelHead): number {
  return skips.length;
}
