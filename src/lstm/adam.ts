import type { Real } from './engine.ts';

/** The gradient's global norm after clipping is at most this. */
export const GRADIENT_CLIP = 5;

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** ‖gradient‖₂, summed in f64. O(P). */
export function globalNorm(gradient: Real): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * gradient[i];
  return Math.sqrt(sum);
}

/**
 * One Adam update (Kingma and Ba 2015, algorithm 1), computed in f64 and stored in the arrays' own precision:
 *   m = β₁m + (1 − β₁)g   v = β₂v + (1 − β₂)g²   θ −= rate·(m/(1 − β₁ⁿ)) / (√(v/(1 − β₂ⁿ)) + ε)
 * parameters θ, first m, second v, gradient [P]; `scale` multiplies the gradient; n, the updates with this one, counts
 * from 1. O(P).
 */
export function adam(
  parameters: Real,
  first: Real,
  second: Real,
  gradient: Real,
  scale: number,
  rate: number,
  updates: number,
): void {
  const bias1 = 1 - BETA_1 ** updates;
  const bias2 = 1 - BETA_2 ** updates;
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i] * scale;
    const m = BETA_1 * first[i] + (1 - BETA_1) * g;
    const v = BETA_2 * second[i] + (1 - BETA_2) * g * g;
    first[i] = m;
    second[i] = v;
    parameters[i] -= (rate * (m / bias1)) / (Math.sqrt(v / bias2) + EPSILON);
  }
}
