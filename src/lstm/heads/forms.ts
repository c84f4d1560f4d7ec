import type { Real } from '../engine.ts';
import type { ParameterLayout } from '../layout.ts';
import { addScaled, dot } from '../matrix.ts';

/* The forms of all heads, one after the other; f counts them (`head.ts`).
 *   y = w·h + s·k·x + b                                             (1)
 *   ∂w += ∂y·h   ∂k += ∂y·s·x   ∂b += ∂y   ∂h += ∂y·w               (2)
 */

/** Where the parameters of form f begin: w [H], k [I], b. */
export function formAt({ heads, affine }: ParameterLayout, f: number): number {
  return heads + f * affine;
}

/** Equation (1) for one row; h and x start at their offsets. O(H + I). */
export function formOf(
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  f: number,
  layout: ParameterLayout,
): number {
  const { inputs, hidden, skips } = layout;
  const w = formAt(layout, f);
  const k = w + hidden;
  return dot(parameters, w, h, hAt, hidden) + skips[f] * dot(parameters, k, x, xAt, inputs) + parameters[k + inputs];
}

/** Equation (2): adds what ∂y of form f of one row gives to gradient [P] and to dH [H] at `dAt`. O(H + I). */
export function formBackward(
  gradient: Real,
  dH: Real,
  dAt: number,
  dY: number,
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  f: number,
  layout: ParameterLayout,
): void {
  const { inputs, hidden, skips } = layout;
  const w = formAt(layout, f);
  const k = w + hidden;
  addScaled(gradient, w, h, hAt, dY, hidden);
  addScaled(gradient, k, x, xAt, skips[f] * dY, inputs);
  gradient[k + inputs] += dY;
  addScaled(dH, dAt, parameters, w, dY, hidden);
}
