import { adam, sumOfSquares } from './adam';
import { cellBackward, cellForward, cellGradient, turn } from './cell';
import { countFromZero, headsBackward, headsForward, headsGradient, tell } from './heads';
import { lengthOf, open, present, readState, readStep, readSteps, readTargets, writeState } from './panel';
import {
  bytes, dc, dh, firstMoments, gradient, learnC, learnH, learnWeight, learnX, losses, parameters, secondMoments, slot, stepC, stepH,
  steps, stepX, units, width,
} from './plan';

export { turn } from './cell';
export { counted, nats } from './heads';
export {
  bytes, headOffset, learnC, learnH, learnLength, learnTarget, learnWeight, learnX, make, parameters, peepOffset, stepC, stepH,
  stepLocation, stepScale, stepX,
} from './plan';

const CLIP: f64 = 5;

/** Global norm of the gradient of the last `learn`, before clipping. */
export let norm: f64 = 0;

/** One step and the heads for the first `rows` rows of the caller's step buffers. */
export function forward(rows: usize): void {
  for (let first: usize = 0; first < rows; first += width) {
    open(first, rows, 1);
    readState(stepH, stepC);
    readStep(stepX);
    cellForward(0);
    headsForward(0);
    tell();
    writeState(stepH, stepC, 1);
  }
}

/**
 * The gradient of the first `rows` series of the caller's learn buffers, and update `t` at `rate` · mean weight; writes `nats`,
 * `counted` and `norm`. Nothing is updated where the norm is not finite.
 */
export function learn(rows: usize, rate: f64, t: u32): void {
  let weights: f64 = 0;
  for (let r: usize = 0; r < rows; r++) weights += <f64>load<f32>(learnWeight + (r << 2));
  const unit: f32 = weights > 0 ? <f32>(1 / (<f64>losses * weights)) : 0;
  memory.fill(gradient, 0, bytes);
  countFromZero();
  for (let first: usize = 0; first < rows; first += width) {
    open(first, rows, steps);
    learnPanel(unit);
  }
  norm = sqrt(sumOfSquares(gradient, bytes));
  if (!isFinite(norm)) return;
  const clip: f32 = norm > CLIP ? <f32>(CLIP / norm) : 1;
  adam(parameters, firstMoments, secondMoments, gradient, bytes, clip, (rate * weights) / <f64>rows, t);
  turn();
}

function learnPanel(unit: f32): void {
  let last: usize = 0;
  let least: usize = steps;
  for (let lane: usize = 0; lane < present; lane++) {
    const length = lengthOf(lane);
    if (length > last) last = length;
    if (length < least) least = length;
  }
  const scored = least - losses;
  readState(learnH, learnC);
  readSteps(learnX, steps, last);
  readTargets(unit);
  for (let t: usize = 0; t < last; t++) {
    cellForward(t);
    if (t >= scored) headsForward(t);
  }
  memory.fill(dh, 0, units * slot);
  memory.fill(dc, 0, units * slot);
  for (let t = last; t-- > 0; ) {
    if (t >= scored) headsBackward(t);
    cellBackward(t);
  }
  cellGradient(last);
  headsGradient(scored, last);
  writeState(learnH, learnC, losses);
}
