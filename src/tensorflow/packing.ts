import type { Shape } from '../lstm/engine.ts';
import { layoutOf, type ParameterLayout } from '../lstm/layout.ts';

/** Numbers in the widest vector TensorFlow computes with (AVX-512). */
const VECTOR = 16;

/**
 * The parameters as TensorFlow's kernels read them, one after the other; Adam's moments and the gradient have the same
 * packing:
 *
 *   w  [I + U, 4U]   inputs, then units of h; columns in the order of the gates i, f, g, o
 *   p  [3U]          peepholes i, f, o
 *   b  [4U]
 *   heads            as `layout.ts` has them
 *
 * U is H padded to whole vectors by units whose weights are 0 and stay 0: their h, c and gradients are 0. No row of a
 * batch then ends within a vector, where TensorFlow rounds otherwise.
 */
export interface Packing {
  /** U. */
  readonly units: number;
  readonly p: number;
  readonly b: number;
  /** The layout of the heads within the packing. */
  readonly heads: ParameterLayout;
  /** Numbers in all. */
  readonly count: number;
  /** [P]: where each parameter of `layout.ts` lies. */
  readonly places: Int32Array;
}

/** The packing for a shape. O(P). */
export function tensorPackingOf(shape: Shape): Packing {
  const { inputs, hidden } = shape;
  const layout = layoutOf(shape);
  const units = Math.ceil(hidden / VECTOR) * VECTOR;
  const columns = 4 * units;
  const p = (inputs + units) * columns;
  const b = p + 3 * units;
  const heads = b + columns;
  const places = new Int32Array(layout.count);
  for (let gate = 0; gate < 4; gate++) {
    for (let j = 0; j < hidden; j++) {
      const row = gate * hidden + j;
      const column = gate * units + j;
      for (let i = 0; i < inputs; i++) places[layout.w + row * inputs + i] = i * columns + column;
      for (let k = 0; k < hidden; k++) places[layout.u + row * hidden + k] = (inputs + k) * columns + column;
      if (gate < 3) places[layout.p + row] = p + column;
      places[layout.b + row] = b + column;
    }
  }
  const headNumbers = layout.forms * layout.affine;
  for (let n = 0; n < headNumbers; n++) places[layout.heads + n] = heads + n;
  return { units, p, b, heads: { ...layout, heads }, count: heads + headNumbers, places };
}
