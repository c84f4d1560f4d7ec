import type { LearnBatch, Shape } from '../lstm/engine.ts';
import { headBackward, locationOf, logScaleOf } from '../lstm/heads.ts';
import type { ParameterLayout } from '../lstm/layout.ts';
import { locationGradient, logScaleGradient, nats } from '../lstm/loss.ts';

/**
 * The states that the losses look at, [steps, rows, units] and [steps, rows, I]; the heads of `layout` lie in
 * `parameters`.
 */
export interface UnrolledStates {
  readonly rows: number;
  readonly units: number;
  readonly x: Float32Array;
  readonly h: Float32Array;
  readonly parameters: Float32Array;
  readonly layout: ParameterLayout;
}

/**
 * The losses of a learning batch whose series are left-aligned, so that series b has its last K at the steps before
 * length[b]. Written: dH [steps, rows, units], which is 0 before; added to: gradient, the heads' part. Returns the mean
 * surprisal of the targets there are, in nats, 0 where there is none. Weighted as the engine's contract says: weight /
 * (K·Σ weight). O(rows·K·D·(I + H)).
 */
export function lossGradient(
  gradient: Float64Array,
  dH: Float32Array,
  { target, weight, length }: LearnBatch,
  states: UnrolledStates,
  { inputs, channels, losses }: Shape,
): number {
  const { rows, units, x, h, parameters, layout } = states;
  const weights = sumOf(weight, rows);
  const unit = weights > 0 ? 1 / (losses * weights) : 0;
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const share = weight[row] * unit;
    for (let k = 0; k < losses; k++) {
      const at = (length[row] - losses + k) * rows + row;
      for (let d = 0; d < channels; d++) {
        const wanted = target[(row * losses + k) * channels + d];
        if (Number.isNaN(wanted)) continue;
        const residual = wanted - locationOf(parameters, h, at * units, x, at * inputs, d, layout);
        const logScale = logScaleOf(parameters, h, at * units, x, at * inputs, d, layout);
        const dLocation = share * locationGradient(residual, logScale);
        const dLogScale = share * logScaleGradient(residual, logScale);
        headBackward(
          gradient,
          dH,
          at * units,
          dLocation,
          dLogScale,
          parameters,
          h,
          at * units,
          x,
          at * inputs,
          d,
          layout,
        );
        sum += nats(residual, logScale);
        count++;
      }
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Σ over the first n. */
export function sumOf(values: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  return sum;
}
