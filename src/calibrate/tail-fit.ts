/* A tail that real faults may stand in: above the level `start`, which a share of the blocks reaches, a generalised Pareto distribution of
 * normal blocks, mixed with faults spread evenly over ln u.
 *   P(max ≥ start + y) = share · (1 + ξ·y/σ)^(−1/ξ)       ξ = 0: e^(−y/σ)                                             */

/** A fitted tail. */
export interface Fit {
  start: number;
  share: number;
  scale: number;
  shape: number;
}

/** The tail begins where this share of the blocks is above, or higher where the data has fewer distinct levels. */
const TAIL_SHARE = 0.2;
/** Blocks that the prior is worth. */
const PRIOR_BLOCKS = 20;
const SHAPES = [0.02, 0.1, 0.2, 0.35, 0.5];

/** What is known of a line's tail before any data. */
export interface TailPrior {
  /** The tail begins no lower. */
  readonly least: number;
  /** Share of the blocks there; weighs as much as 20 blocks. */
  readonly share: number;
  /** σ over the start. */
  readonly scale: number;
  /** −ln of the prior of each shape. */
  readonly shapes: readonly number[];
}

/** For distances in standard deviations. */
export const LIGHT: TailPrior = { least: 0, share: 0, scale: 0.2, shapes: [0, 0, 0.5, 1.5, 3].map((x) => x * Number(process.env.SP ?? 1)) };
/** For the novelty of a point: 0.31/u² where u ≥ 1 (see `blockPrior`). */
export const HEAVY: TailPrior = { least: 1, share: 0.05, scale: 0.5, shapes: [4, 3, 2, 1, 0] };
const FAULT_SHARES = [0, 0.01, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4];
/** −ln of the prior of each. */
const FAULT_PRIOR = [0, 0.3, 0.6, 1, 1.4, 2, 3, 4].map((x) => x * Number(process.env.FP ?? 1));
/** Faults become rarer with ln u over the start: by 1/e each so much. */
const FAULT_SPAN = 1.5;
const SCALE_STEPS = 28;
const LEAST_SCALE = 0.04;
const SCALE_STEP = 1.15;

/** (1 + ξ·y/σ)^(−1/ξ). */
export function survival(y: number, scale: number, shape: number): number {
  return (1 + (shape * y) / scale) ** (-1 / shape);
}

/** Fits the blocks counted by level (`levels` [n + 1] are their edges; a level holds [edge, next)) into `fit`. O(levels · grid). */
export function fitTail(counts: Float64Array, levels: Float64Array, known: TailPrior, fit: Fit): void {
  const n = counts.length;
  let total = 0;
  for (let i = 0; i < n; i++) total += counts[i];
  let above = 0;
  let first = n;
  while (first > 1 && (above + counts[first - 1] <= TAIL_SHARE * total || first === n) && levels[first - 1] >= known.least) above += counts[--first];
  fit.start = levels[first];
  // One more than were counted: what was never seen is still possible.
  fit.share = known.share > 0 ? (above + 2 * PRIOR_BLOCKS * known.share) / (total + 2 * PRIOR_BLOCKS) : (above + 1) / (total + 2);
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < SHAPES.length; k++) {
    for (let j = 0; j < SCALE_STEPS; j++) {
      const scale = fit.start * LEAST_SCALE * SCALE_STEP ** j;
      normalShares(levels, first, scale, SHAPES[k]);
      const prior = PRIOR_BLOCKS * Math.log(scale / (known.scale * fit.start)) + (PRIOR_BLOCKS * known.scale * fit.start) / scale;
      for (let f = 0; f < FAULT_SHARES.length; f++) {
        const loss = prior + known.shapes[k] + FAULT_PRIOR[f] + unlikelihood(counts, levels, first, FAULT_SHARES[f]);
        if (loss >= best) continue;
        best = loss;
        fit.scale = scale;
        fit.shape = SHAPES[k];
      }
    }
  }
}

/** Share of normal blocks in each level of the tail. */
const shares = new Float64Array(128);

function normalShares(levels: Float64Array, first: number, scale: number, shape: number): void {
  let before = 1;
  for (let i = first; i < levels.length - 1; i++) {
    const after = survival(levels[i + 1] - levels[first], scale, shape);
    shares[i] = before - after;
    before = after;
  }
}

function unlikelihood(counts: Float64Array, levels: Float64Array, first: number, faults: number): number {
  let loss = 0;
  for (let i = first; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const even = (levels[first] / levels[i]) ** (1 / FAULT_SPAN) - (levels[first] / levels[i + 1]) ** (1 / FAULT_SPAN);
    loss -= counts[i] * Math.log((1 - faults) * shares[i] + faults * even + 1e-12);
  }
  return loss;
}

/** The level that normal blocks pass with chance p. */
export function quantile({ start, share, scale, shape }: Fit, p: number): number {
  if (p >= share) return start;
  return start + (scale / shape) * ((share / p) ** shape - 1);
}
