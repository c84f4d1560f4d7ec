import { adam, sumOfSquares } from './adam';
import { cellBackward, cellForward, cellGradient, turn } from './cell';
import { counted, countFromZero, headsBackward, headsForward, headsGradient, surprisal, tell } from './heads';
import { madd } from './madd';
import { lengthOf, open, present, readState, readStep, readSteps, readTargets, writeState } from './panel';
import {
  addresses, bytes, dc, dh, firstMoments, gradient, learnC, learnH, learnWeight, learnX, losses, parameters, plan, row, secondMoments, slot,
  stepC, stepH, steps, stepX, units, width,
} from './plan';

/**
 * The losses of the heads that have no kernel here: turns their y into ∂y in the panel, at steps from `from` up to `to` of all lanes. A row of
 * the panel is `row` bytes, a step `slot`.
 */
// @ts-ignore: decorator
@external("heads", "losses")
declare function lossesOf(from: usize, to: usize, row: usize, slot: usize): void;

const CLIP: f64 = 5;

/** Whether there are heads whose loss is the caller's. */
let others: bool = false;

/** Plans the memory and sizes it, once; returns where the addresses of the caller's buffers lie, in the order of `tabulate`. */
export function make(
  I: i32, H: i32, D: i32, F: i32, P: i32, T: i32, K: i32, peep: bool, capacity: i32, lanes: i32, foreign: bool,
): usize {
  plan(I, H, D, F, P, T, K, peep, capacity, lanes);
  others = foreign;
  return addresses;
}

/** Whether `madd` rounds once on this machine: (1 + 2⁻¹²)² − (1 + 2⁻¹¹) is 2⁻²⁴ then, and 0 where the product is rounded first. */
export function fused(): bool {
  const a = f32x4.splat(1 + 1 / 4096);
  return f32x4.extract_lane(madd(a, a, f32x4.splat(-1 - 1 / 2048)), 0) != 0;
}

/** After every change of the parameters from outside. */
export function refresh(): void {
  turn();
}

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
 * The gradient of the first `rows` series of the caller's learn buffers, and update `t` at `rate` · mean weight; returns the
 * gradient's global norm before clipping. Nothing is updated where that is not finite.
 */
export function learn(rows: usize, rate: f64, t: u32): f64 {
  let weights: f64 = 0;
  for (let r: usize = 0; r < rows; r++) weights += <f64>load<f32>(learnWeight + (r << 2));
  const unit: f32 = weights > 0 ? <f32>(1 / (<f64>losses * weights)) : 0;
  memory.fill(gradient, 0, bytes);
  countFromZero();
  for (let first: usize = 0; first < rows; first += width) {
    open(first, rows, steps);
    learnPanel(unit);
  }
  const norm = sqrt(sumOfSquares(gradient, bytes));
  if (!isFinite(norm)) return norm;
  const clip: f32 = norm > CLIP ? <f32>(CLIP / norm) : 1;
  adam(parameters, firstMoments, secondMoments, gradient, bytes, clip, (rate * weights) / <f64>rows, t);
  turn();
  return norm;
}

/** Surprisal of the losses of the last `learn` that were computed here, by the weights before it, in nats. */
export function nats(): f64 {
  return surprisal;
}

/** How many there were. */
export function targets(): u32 {
  return counted;
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
  if (others) lossesOf(scored, last, row, slot);
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
