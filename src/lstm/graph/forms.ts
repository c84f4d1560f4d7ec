import type { Real, Shape } from '../engine.ts';
import type { ParameterLayout } from '../layout.ts';
import { clampLogScale, locationGradient, logScaleGradient, nats } from '../loss.ts';
import { addScaled, dot } from '../matrix.ts';

/* Each channel's head is two affine forms of the hidden state and the row's inputs, location and ln σ; f counts them.
 *   y = w·h + s·k·x + b                                             (1)
 *   ∂w += ∂y·h   ∂k += ∂y·s·x   ∂b += ∂y   ∂h += ∂y·w               (2)
 */

/** s of the forms of a head. */
const SKIPS = [1, 0.1];
/** Deviation of their first w, over √H. */
export const SPREADS: readonly number[] = [0.1, 0];
/** Forms of a head. */
export const FORMS = 2;

/** F: forms of all heads. */
export function formCount({ channels }: Pick<Shape, 'channels'>): number {
  return FORMS * channels;
}

/** s of form f. */
export function skipOf(f: number): number {
  return SKIPS[f % FORMS];
}

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
  const { inputs, hidden } = layout;
  const w = formAt(layout, f);
  const k = w + hidden;
  return dot(parameters, w, h, hAt, hidden) + skipOf(f) * dot(parameters, k, x, xAt, inputs) + parameters[k + inputs];
}

/** Equation (2): adds what ∂y of form f of one row gives to gradient [P] and to dH [H]. O(H + I). */
export function formBackward(
  gradient: Real,
  dH: Real,
  dY: number,
  parameters: Real,
  h: Real,
  hAt: number,
  x: Real,
  xAt: number,
  f: number,
  layout: ParameterLayout,
): void {
  const { inputs, hidden } = layout;
  const w = formAt(layout, f);
  const k = w + hidden;
  addScaled(gradient, w, h, hAt, dY, hidden);
  addScaled(gradient, k, x, xAt, skipOf(f) * dY, inputs);
  gradient[k + inputs] += dY;
  addScaled(dH, 0, parameters, w, dY, hidden);
}

/** Surprisal of a target in nats; writes share · its gradient at both forms to `dY` from `at` on. `y`: the forms. */
export function headLoss(dY: Float64Array, at: number, y: readonly number[], target: number, share: number): number {
  const residual = target - y[0];
  const logScale = clampLogScale(y[1]);
  dY[at] = share * locationGradient(residual, logScale);
  dY[at + 1] = share * logScaleGradient(residual, logScale);
  return nats(residual, logScale);
}
