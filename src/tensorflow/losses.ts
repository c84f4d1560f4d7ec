import type { LearnBatch, Shape } from '../lstm/engine.ts';
import { formBackward, formOf } from '../lstm/heads/forms.ts';
import { type ChannelHead, formsOf } from '../lstm/heads/head.ts';
import type { Heads } from '../lstm/heads/heads.ts';
import type { ParameterLayout } from '../lstm/layout.ts';

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
  readonly heads: Heads;
}

/**
 * The losses of a learning batch whose series are left-aligned, so that series b has its last K at the steps before
 * length[b]. Written: dH [steps, rows, units], which is 0 before; added to: gradient, the heads' part. Returns the mean
 * surprisal of the targets there are, in nats, 0 where there is none. Weighted as the engine's contract says: weight /
 * (K·Σ weight). O(rows·K·F·(I + H)).
 */
export function lossGradient(
  gradient: Float64Array,
  dH: Float32Array,
  { target, weight, length }: LearnBatch,
  states: UnrolledStates,
  { channels, losses }: Shape,
): number {
  const { rows, heads } = states;
  const weights = sumOf(weight, rows);
  const unit = weights > 0 ? 1 / (losses * weights) : 0;
  const y = new Float64Array(heads.width);
  const dY = new Float64Array(heads.width);
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const share = weight[row] * unit;
    for (let k = 0; k < losses; k++) {
      const at = (length[row] - losses + k) * rows + row;
      for (let d = 0; d < channels; d++) {
        const wanted = target[(row * losses + k) * channels + d];
        if (Number.isNaN(wanted)) continue;
        const head = heads.heads[d];
        readForms(y, head, at, heads.offsets[d], states);
        sum += head.loss(dY, 0, y, wanted, share);
        count++;
        addForms(gradient, dH, dY, head, at, heads.offsets[d], states);
      }
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** The forms of one head at row `at` of [steps, rows]. */
function readForms(y: Float64Array, head: ChannelHead, at: number, offset: number, states: UnrolledStates): void {
  const { units, x, h, parameters, layout } = states;
  const forms = formsOf(head);
  for (let f = 0; f < forms; f++) {
    y[f] = formOf(parameters, h, at * units, x, at * layout.inputs, offset + f, layout);
  }
}

/** Adds what the gradient of its forms gives. */
function addForms(
  gradient: Float64Array,
  dH: Float32Array,
  dY: Float64Array,
  head: ChannelHead,
  at: number,
  offset: number,
  { units, x, h, parameters, layout }: UnrolledStates,
): void {
  const forms = formsOf(head);
  for (let f = 0; f < forms; f++) {
    const [hAt, xAt] = [at * units, at * layout.inputs];
    formBackward(gradient, dH, hAt, dY[f], parameters, h, hAt, x, xAt, offset + f, layout);
  }
}

/** Σ over the first n. */
export function sumOf(values: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  return sum;
}
