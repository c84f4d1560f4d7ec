import type { Real } from './engine.ts';
import type { ParameterLayout } from './layout.ts';
import { clampLogScale } from './loss.ts';
import { addScaled, dot } from './matrix.ts';

/* One head per channel, two affine forms of the hidden state h and the row's inputs x (docs/detection.md#the-network);
 * s, the skip, is 1 for the location and 0.1 for the log-scale.
 *   y = w·h + s·k·x + b            μ = y     ln σ = clamp(y)         (1)
 *   ∂w += ∂y·h   ∂k += ∂y·s·x   ∂b += ∂y   ∂h += ∂y·w               (2)
 */

const LOG_SCALE_SKIP = 0.1;

/** Equation (1) for the form whose block starts at `form`. */
function affine(
  parameters: Real,
  form: number,
  skip: number,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  layout: ParameterLayout,
) {
  const { inputs, hidden } = layout;
  const k = form + hidden;
  return dot(parameters, form, h, hAt, hidden) + skip * dot(parameters, k, x, xAt, inputs) + parameters[k + inputs];
}

/** Equation (2) for the form whose block starts at `form`: adds to gradient [P] and dH [H]. */
function affineBackward(
  gradient: Real,
  dH: Real,
  dAt: number,
  dY: number,
  parameters: Real,
  form: number,
  skip: number,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  { inputs, hidden }: ParameterLayout,
): void {
  const k = form + hidden;
  addScaled(gradient, form, h, hAt, dY, hidden);
  addScaled(gradient, k, x, xAt, skip * dY, inputs);
  gradient[k + inputs] += dY;
  addScaled(dH, dAt, parameters, form, dY, hidden);
}

/** The location of channel d for one row; h and x start at their offsets. O(H + I). */
export function locationOf(
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  d: number,
  layout: ParameterLayout,
): number {
  return affine(parameters, layout.heads + d * layout.headStride, 1, h, hAt, x, xAt, layout);
}

/** ln σ of channel d for one row, within its bounds. O(H + I). */
export function logScaleOf(
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  d: number,
  layout: ParameterLayout,
): number {
  const form = layout.heads + d * layout.headStride + layout.affine;
  return clampLogScale(affine(parameters, form, LOG_SCALE_SKIP, h, hAt, x, xAt, layout));
}

/** Adds what channel d's ∂μ and ∂ln σ of one row give to gradient [P] and to dH [H] at `dAt`. O(H + I). */
export function headBackward(
  gradient: Real,
  dH: Real,
  dAt: number,
  dLocation: number,
  dLogScale: number,
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  d: number,
  layout: ParameterLayout,
): void {
  const location = layout.heads + d * layout.headStride;
  const logScale = location + layout.affine;
  affineBackward(gradient, dH, dAt, dLocation, parameters, location, 1, h, hAt, x, xAt, layout);
  affineBackward(gradient, dH, dAt, dLogScale, parameters, logScale, LOG_SCALE_SKIP, h, hAt, x, xAt, layout);
}
