/* A tail in which real faults may hide: above the level `start`, which a share of the blocks reaches, a generalised Pareto distribution of
 * normal blocks, mixed with faults that become rarer with ln u. The maximum of the posterior over a grid.
 *   P(max ≥ start + y) = share · (1 + ξ·y/σ)^(−1/ξ)                                                                      */

/** A fitted tail. */
export interface Fit {
  start: number;
  share: number;
  scale: number;
  shape: number;
}

/** What is known of a tail before any data. */
export interface TailPrior extends Readonly<Fit> {
  /** The tail begins no lower. */
  readonly least: number;
  /** −ln of the prior of each shape. */
  readonly shapes: readonly number[];
}

/** For distances in standard deviations. */
export const LIGHT: TailPrior = {
  ...{ start: 2, share: 0.2, scale: 0.4, shape: 0.1 },
  least: 0,
  shapes: [0, 0, 1, 4, 8],
};

/** For the novelty of a point: one block in 20 reaches u = 1, and it falls with u². */
export const HEAVY: TailPrior = {
  ...{ start: 1, share: 0.05, scale: 0.5, shape: 0.5 },
  least: 1,
  shapes: [4, 3, 2, 1, 0],
};

/** The tail begins where this share of the blocks is above, or higher. */
const TAIL_SHARE = 0.2;
/** Blocks that the prior's scale is worth; twice as many, its share. */
const PRIOR_BLOCKS = 20;
const SHAPES = [0.02, 0.1, 0.2, 0.35, 0.5];
const FAULT_SHARES = [0, 0.01, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4];
/** −ln of the prior of each. */
const FAULT_PRIOR = [0, 0.3, 0.6, 1, 1.4, 2, 3, 4];
/** The scale is sought for with few, some and many faults, then their share by the scales beside those found. */
const TYPICAL_FAULTS = [1, 4, 6];
/** Faults become rarer with ln u over the start: by 1/e each so much. */
const FAULT_SPAN = 1.5;
const SCALE_STEPS = 28;
const LEAST_SCALE = 0.04;
const SCALE_STEP = 1.15;

/** (1 + ξ·y/σ)^(−1/ξ). */
export function survival(y: number, scale: number, shape: number): number {
  return (1 + (shape * y) / scale) ** (-1 / shape);
}

/** The level that normal blocks pass with chance p. */
export function quantile({ start, share, scale, shape }: Readonly<Fit>, p: number): number {
  return p >= share ? start : start + (scale / shape) * ((share / p) ** shape - 1);
}

/** −ln of the chance that a normal block reaches u. */
export function unlikelihood({ start, share, scale, shape }: Readonly<Fit>, u: number): number {
  return u < start ? (-Math.log(share) * u) / start : -Math.log(share * survival(u - start, scale, shape));
}

/** Fits tails to blocks that are counted by level. As each level is the same factor wider than the one before, all shares are known beforehand. 0.7 MB, once a process. */
export class TailFitter {
  readonly #levels: Float64Array;
  /** By level above the start: the share of the faults that is there. */
  readonly #faults: Float64Array;
  /** [shape][step of the scale], by level above the start: the share of normal blocks. */
  readonly #normal: readonly (readonly Float64Array[])[];
  /** [shape · step of the scale · share of faults], by level above the start: ln of the share of all blocks; those asked for so far. */
  readonly #lnMixed: (Float64Array | undefined)[] = [];

  /** `levels` [n + 1] are the edges, geometric; a level holds [edge, next). */
  constructor(levels: Float64Array) {
    this.#levels = levels;
    this.#faults = sharesBetween(levels, faultShare);
    this.#normal = SHAPES.map((shape) =>
      Array.from({ length: SCALE_STEPS }, (_, step) =>
        sharesBetween(levels, (times) => survival(times - 1, LEAST_SCALE * SCALE_STEP ** step, shape)),
      ),
    );
  }

  /** Fits the blocks of an entry [n] into `fit`. Some 10⁴ sums. */
  fit(counts: Float64Array, known: TailPrior, fit: Fit): void {
    const first = begin(counts, this.#levels, known, fit);
    let best = Number.POSITIVE_INFINITY;
    for (let k = 0; k < SHAPES.length; k++) {
      const losses = (step: number, f: number) => {
        const scale = fit.start * LEAST_SCALE * SCALE_STEP ** step;
        const prior = PRIOR_BLOCKS * (Math.log(scale / fit.start) + (known.scale * fit.start) / (known.start * scale));
        return prior + known.shapes[k] + FAULT_PRIOR[f] + unlikelihoodOf(counts, first, this.#mixed(k, step, f));
      };
      for (const typical of TYPICAL_FAULTS) {
        const nearest = leastOf(SCALE_STEPS, (step) => losses(step, typical));
        for (let step = Math.max(0, nearest - 1); step <= Math.min(SCALE_STEPS - 1, nearest + 1); step++) {
          for (let f = 0; f < FAULT_SHARES.length; f++) {
            const loss = losses(step, f);
            if (loss >= best) continue;
            best = loss;
            fit.scale = fit.start * LEAST_SCALE * SCALE_STEP ** step;
            fit.shape = SHAPES[k];
          }
        }
      }
    }
  }

  /** ln of the share of blocks in each level above the start, faults among them. */
  #mixed(k: number, step: number, f: number): Float64Array {
    const at = (k * SCALE_STEPS + step) * FAULT_SHARES.length + f;
    const share = FAULT_SHARES[f];
    this.#lnMixed[at] ??= this.#normal[k][step].map((normal, i) =>
      Math.log((1 - share) * normal + share * this.#faults[i] + 1e-12),
    );
    return this.#lnMixed[at];
  }
}

/** −ln of the likelihood of the blocks from the level `first` on; `lnShares`: of the levels, from there. */
function unlikelihoodOf(counts: Float64Array, first: number, lnShares: Float64Array): number {
  let loss = 0;
  for (let i = first; i < counts.length; i++) loss -= counts[i] * lnShares[i - first];
  return loss;
}

/** The number below `count` at which the loss is least. */
function leastOf(count: number, lossAt: (n: number) => number): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < count; n++) {
    const loss = lossAt(n);
    if (loss >= least) continue;
    least = loss;
    nearest = n;
  }
  return nearest;
}

/** Where the tail begins, and which share of the blocks is there: both into `fit`. The level. */
function begin(counts: Float64Array, levels: Float64Array, known: TailPrior, fit: Fit): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  let above = 0;
  let first = counts.length;
  while (first > 1 && levels[first - 1] >= known.least) {
    if (first < counts.length && above + counts[first - 1] > TAIL_SHARE * total) break;
    above += counts[--first];
  }
  fit.start = levels[first];
  const prior = known.least > 0 ? 2 * PRIOR_BLOCKS : 0;
  // One more than were counted: what was never seen is still possible.
  fit.share = prior > 0 ? (above + prior * known.share) / (total + prior) : (above + 1) / (total + 2);
  return first;
}

/** By level: how much falls there of what falls beyond so many times the lowest edge. */
function sharesBetween(levels: Float64Array, beyond: (times: number) => number): Float64Array {
  return Float64Array.from(
    { length: levels.length - 1 },
    (_, i) => beyond(levels[i] / levels[0]) - beyond(levels[i + 1] / levels[0]),
  );
}

/** Share of the faults beyond a level so many times the start. */
function faultShare(times: number): number {
  return times ** (-1 / FAULT_SPAN);
}
