import type { Real, Shape } from './engine.ts';
import { headsOf } from './heads/heads.ts';

/**
 * Where each block starts in the flat parameters, all matrices row-major:
 *
 *   W [4H, I]   rows in the order of the gates i, f, g, o (g is the cell's candidate, Graves' c)
 *   U [4H, H]   the same
 *   p [3H]      diagonal peepholes i, f, o; there when peepholes are off too, and then stays 0
 *   b [4H]      i, f, g, o
 *   per channel, per form of its head (of a `real` one the location, then the log-scale): w [H] k [I] b [1]
 *
 * Adam's first and second moments have the same layout, and follow the parameters in `Weights.data`.
 */
export interface ParameterLayout {
  /** I, H and D of the shape. */
  readonly inputs: number;
  readonly hidden: number;
  readonly channels: number;
  readonly w: number;
  readonly u: number;
  readonly p: number;
  readonly b: number;
  /** The first form of the first channel's head. */
  readonly heads: number;
  /** H + I + 1: one form. */
  readonly affine: number;
  /** F: forms of all heads. */
  readonly forms: number;
  /** [F]: the skip of each. */
  readonly skips: readonly number[];
  /** P: all parameters. */
  readonly count: number;
}

/** The layout for a shape. */
export function layoutOf(shape: Shape): ParameterLayout {
  const { inputs, hidden, channels } = shape;
  const u = 4 * hidden * inputs;
  const p = u + 4 * hidden * hidden;
  const b = p + 3 * hidden;
  const heads = b + 4 * hidden;
  const affine = hidden + inputs + 1;
  const { heads: kinds, width: forms } = headsOf(shape);
  const skips = kinds.flatMap((head) => head.skips);
  const count = heads + forms * affine;
  return { inputs, hidden, channels, w: 0, u, p, b, heads, affine, forms, skips, count };
}

/** P: how many parameters a shape has. */
export function parameterCount(shape: Shape): number {
  return layoutOf(shape).count;
}

/** The blocks of one flat array [P] of parameters or of their gradient, as views. */
export interface Blocks {
  readonly all: Real;
  readonly w: Real;
  readonly u: Real;
  readonly p: Real;
  readonly b: Real;
}

/** Views of a flat array's blocks. */
export function blocksOf(all: Real, { w, u, p, b, heads }: ParameterLayout): Blocks {
  return {
    all,
    w: all.subarray(w, u),
    u: all.subarray(u, p),
    p: all.subarray(p, b),
    b: all.subarray(b, heads),
  };
}
