import { madd } from './madd';
import { exp, ln } from './curves';
import {
  depth, dh, forms, goals, gradient, headOffset, heads, pairs, pairTable, parameters, row, seen, shares, slot, stepDistribution, units,
} from './plan';
import { sums } from './lanes';
import { first, present } from './panel';

/* The forms of src/lstm/heads/forms.ts, in pairs, and the loss of src/lstm/heads/real.ts; s is a form's skip.
 *   y = w·h + s·k·x + b          of a real head: μ = y     ln σ = clamp(y)                              (1)
 *   nats = ln σ + 2.5·ln(1 + r²/(4σ²)) + ln(8/3)   r = target − μ                                       (2)
 *   ∂μ = −5r/(4σ² + r²), clipped at ±5    ∂ln σ = 1 − 5r²/(4σ² + r²), 0 at the floor where it points lower   (3)
 *   ∂h += ∂y·w                                                                                          (4)
 *   ∂w += ∂y·h   ∂k += ∂y·s·x   ∂b += ∂y                                                                (5)
 * The loss of any other head is its TypeScript's, called between forward and back (`losses` in index.ts). */

const FLOOR: f32 = -3.912023005428146;
const CEILING: f32 = 4;
const NATS_AT_MODE: f64 = 0.9808292530117262;

/** Σ of equation (2) over the panel's losses, and how many there were. */
export let surprisal: f64 = 0;
export let counted: u32 = 0;

/** Of a pair: the skips of its forms, its channel where the loss is here, where its numbers lie. */
// @ts-ignore: decorator
@inline
function skipOf(pair: usize, second: usize): f32 {
  return load<f32>(pairTable + (pair << 4) + (second << 2));
}

// @ts-ignore: decorator
@inline
function channelOf(pair: usize): i32 {
  return load<i32>(pairTable + (pair << 4), 8);
}

/** Before the first panel. */
export function countFromZero(): void {
  surprisal = 0;
  counted = 0;
}

/** Equation (1), unclamped, of step t of all lanes and pairs. O(P·(I + H)) a lane. */
export function headsForward(t: usize): void {
  const at = t * slot;
  const inputs = depth - units;
  for (let d: usize = 0; d < pairs; d++) {
    const w = parameters + headOffset + d * ((depth + 1) << 3);
    const y = heads + 2 * d * row + at;
    const s = f32x4.splat(skipOf(d, 0));
    const u = f32x4.splat(skipOf(d, 1));
    for (let b: usize = 0; b < slot; b += 16) affine(y + b, w, seen + row + at + b, inputs, s, u);
  }
}

// @ts-ignore: decorator
@inline
function affine(y: usize, w: usize, x: usize, inputs: usize, skip: v128, otherSkip: v128): void {
  let location = f32x4.splat(0);
  let logScale = location;
  let k = w + 8;
  for (const end = k + (inputs << 3); k < end; k += 8, x += row) {
    const input = v128.load(x);
    location = madd(v128.load32_splat(k), input, location);
    logScale = madd(v128.load32_splat(k, 4), input, logScale);
  }
  location = madd(location, skip, v128.load32_splat(w));
  logScale = madd(logScale, otherSkip, v128.load32_splat(w, 4));
  x += slot;
  for (const end = k + (units << 3); k < end; k += 8, x += row) {
    const hidden = v128.load(x);
    location = madd(v128.load32_splat(k), hidden, location);
    logScale = madd(v128.load32_splat(k, 4), hidden, logScale);
  }
  v128.store(y, location);
  v128.store(y + row, logScale);
}

/** Writes location and scale of step 0 to the caller's rows, and of other heads the forms as they are. */
export function tell(): void {
  for (let d: usize = 0; d < pairs; d++) {
    const y = heads + 2 * d * row;
    if (channelOf(d) >= 0) for (let b: usize = 0; b < slot; b += 16) v128.store(y + row + b, exp(clamp(v128.load(y + row + b))));
    const place = load<u32>(pairTable + (d << 4), 12);
    const offset = <usize>(place & 0x7fffffff);
    const single = place >> 31;
    for (let lane: usize = 0; lane < present; lane++) {
      const to = stepDistribution + (((first + lane) * forms + offset) << 2);
      store<f32>(to, load<f32>(y + (lane << 2)));
      if (!single) store<f32>(to, load<f32>(y + row + (lane << 2)), 4);
    }
  }
}

/** Equations (2) to (4) of step t: turns y of real heads into ∂y, which the others are already; adds to `dh` and to `surprisal`. */
export function headsBackward(t: usize): void {
  const at = t * slot;
  for (let d: usize = 0; d < pairs; d++) {
    const y = heads + 2 * d * row + at;
    const channel = channelOf(d);
    if (channel >= 0) {
      const lane = <usize>channel * row + at;
      for (let b: usize = 0; b < slot; b += 16) lossBackward(y + b, goals + lane + b, shares + lane + b);
    }
    const w = parameters + headOffset + d * ((depth + 1) << 3) + ((1 + depth - units) << 3);
    for (let j: usize = 0; j < units; j++) {
      const location = v128.load32_splat(w + (j << 3));
      const logScale = v128.load32_splat(w + (j << 3), 4);
      const to = dh + j * slot;
      for (let b: usize = 0; b < slot; b += 16) {
        const sum = madd(location, v128.load(y + b), v128.load(to + b));
        v128.store(to + b, madd(logScale, v128.load(y + row + b), sum));
      }
    }
  }
}

function lossBackward(y: usize, goal: usize, share: usize): void {
  const five = f32x4.splat(5);
  const part = v128.load(share);
  const target = v128.load(goal);
  const known = f32x4.eq(target, target);
  const logScale = clamp(v128.load(y + row));
  const r = v128.and(f32x4.sub(target, v128.load(y)), known);
  const square = f32x4.mul(r, r);
  const variance = f32x4.mul(f32x4.splat(4), exp(f32x4.add(logScale, logScale)));
  const quotient = f32x4.div(five, f32x4.add(variance, square));
  const pull = f32x4.mul(r, quotient);
  const location = f32x4.pmax(f32x4.pmin(f32x4.neg(pull), five), f32x4.splat(-5));
  const raw = f32x4.sub(f32x4.splat(1), f32x4.mul(r, pull));
  const pinned = v128.and(f32x4.gt(raw, f32x4.splat(0)), f32x4.le(logScale, f32x4.splat(FLOOR)));
  v128.store(y, f32x4.mul(v128.and(location, known), part));
  v128.store(y + row, f32x4.mul(v128.and(v128.andnot(raw, pinned), known), part));
  count(madd(f32x4.splat(2.5), ln(f32x4.add(f32x4.splat(1), f32x4.div(square, variance))), logScale), known);
}

function count(nats: v128, known: v128): void {
  const mask = i32x4.bitmask(known);
  if (mask & 1) surprisal += <f64>f32x4.extract_lane(nats, 0) + NATS_AT_MODE;
  if (mask & 2) surprisal += <f64>f32x4.extract_lane(nats, 1) + NATS_AT_MODE;
  if (mask & 4) surprisal += <f64>f32x4.extract_lane(nats, 2) + NATS_AT_MODE;
  if (mask & 8) surprisal += <f64>f32x4.extract_lane(nats, 3) + NATS_AT_MODE;
  counted += popcnt(mask);
}

/** Equation (5) over the panel's steps from `first` up to `last`, that one left out. */
export function headsGradient(first: usize, last: usize): void {
  const from = first * slot;
  const span = (last - first) * slot;
  for (let d: usize = 0; d < pairs; d++) {
    const g = gradient + headOffset + d * ((depth + 1) << 3);
    const y = heads + 2 * d * row + from;
    for (let k: usize = 0; k <= depth; k++) {
      const round = k == 0 || k > depth - units;
      const skip: f32 = round ? 1 : skipOf(d, 0);
      const otherSkip: f32 = round ? 1 : skipOf(d, 1);
      // The head of step t reads h after that step, which lies one slot on.
      const x = seen + k * row + from + (k > depth - units ? slot : 0);
      pair(g + (k << 3), y, x, span, skip, otherSkip);
    }
  }
}

// @ts-ignore: decorator
@inline
function pair(g: usize, y: usize, x: usize, span: usize, skip: f32, otherSkip: f32): void {
  const none = f32x4.splat(0);
  let location = none;
  let logScale = none;
  for (let s: usize = 0; s < span; s += 16) {
    const input = v128.load(x + s);
    location = madd(input, v128.load(y + s), location);
    logScale = madd(input, v128.load(y + row + s), logScale);
  }
  const both = sums(location, logScale, none, none);
  store<f32>(g, load<f32>(g) + skip * f32x4.extract_lane(both, 0));
  store<f32>(g, load<f32>(g, 4) + otherSkip * f32x4.extract_lane(both, 1), 4);
}

// @ts-ignore: decorator
@inline
function clamp(logScale: v128): v128 {
  return f32x4.pmax(f32x4.pmin(logScale, f32x4.splat(CEILING)), f32x4.splat(FLOOR));
}
