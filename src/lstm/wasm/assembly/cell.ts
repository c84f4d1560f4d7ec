import { sigmoid, tanh } from './curves';
import { sums, transpose } from './lanes';
import { outer } from './outer';
import {
  cells, dc, depth, dh, features, gates, gradient, parameters, peepholes, peepOffset, row, seen, slot, squashed, transposed, units, zeros,
} from './plan';
import { product } from './product';

/* The Graves cell of src/lstm/graves-cell.ts, whose equations (1) to (8) are meant, for all lanes of the panel.
 *   z = Wx + Uh₋₁ + b   (0)      ∂h₋₁ = Uᵀδ   (9)      ∂W += δxᵀ   ∂U += δh₋₁ᵀ   ∂b += δ   (10)
 * Step t reads slot t of `seen` and `cells` and writes slot t + 1. */

/** Step t of all lanes. O(4H·(I + H)) a lane. */
export function cellForward(t: usize): void {
  const at = t * slot;
  const stride = features << 4;
  for (let j: usize = 0; j < units; j++) {
    const w = parameters + j * stride;
    product(gates + 4 * j * row + at, row, w, w + 16, seen + row + at, row, depth, slot >> 2); // (0)
  }
  inputAndForget(at);
  candidate(at);
  output(at);
  hidden(at);
}

/* Equations (1) to (3) go over the panel four times: a loop with one curve in it keeps that curve's constants in registers, and its turns
 * are short enough to overlap. */

/** (1), i and f: z becomes the gate. */
function inputAndForget(at: usize): void {
  for (let j: usize = 0; j < units; j++) {
    const zi = gates + 4 * j * row + at;
    const zf = zi + row;
    const c = cells + j * row + at;
    const pi = v128.load32_splat(parameters + peepOffset + (j << 4));
    const pf = v128.load32_splat(parameters + peepOffset + (j << 4), 4);
    for (let b: usize = 0; b < slot; b += 16) {
      const before = v128.load(c + b);
      v128.store(zi + b, sigmoid(f32x4.add(v128.load(zi + b), f32x4.mul(pi, before))));
      v128.store(zf + b, sigmoid(f32x4.add(v128.load(zf + b), f32x4.mul(pf, before))));
    }
  }
}

/** (1), g, and (2): c is written one slot on. */
function candidate(at: usize): void {
  for (let j: usize = 0; j < units; j++) {
    const i = gates + 4 * j * row + at;
    const f = i + row;
    const zg = f + row;
    const c = cells + j * row + at;
    const next = c + slot;
    for (let b: usize = 0; b < slot; b += 16) {
      const g = tanh(v128.load(zg + b));
      v128.store(zg + b, g);
      v128.store(next + b, f32x4.add(f32x4.mul(v128.load(f + b), v128.load(c + b)), f32x4.mul(v128.load(i + b), g)));
    }
  }
}

/** (3), o. */
function output(at: usize): void {
  for (let j: usize = 0; j < units; j++) {
    const zo = gates + (4 * j + 3) * row + at;
    const c = cells + j * row + at + slot;
    const po = v128.load32_splat(parameters + peepOffset + (j << 4), 8);
    for (let b: usize = 0; b < slot; b += 16) {
      v128.store(zo + b, sigmoid(f32x4.add(v128.load(zo + b), f32x4.mul(po, v128.load(c + b)))));
    }
  }
}

/** (3), tanh c, and h, one slot on. */
function hidden(at: usize): void {
  const to = seen + (1 + depth - units) * row + at + slot;
  for (let j: usize = 0; j < units; j++) {
    const o = gates + (4 * j + 3) * row + at;
    const c = cells + j * row + at + slot;
    const tanhC = squashed + j * row + at;
    const h = to + j * row;
    for (let b: usize = 0; b < slot; b += 16) {
      const t = tanh(v128.load(c + b));
      v128.store(tanhC + b, t);
      v128.store(h + b, f32x4.mul(v128.load(o + b), t));
    }
  }
}

/** Step t back: turns `dh`, `dc` after the step into those before it, and its gates into δ. */
export function cellBackward(t: usize): void {
  const at = t * slot;
  for (let j: usize = 0; j < units; j++) {
    const lane = j * slot;
    unsquash(gates + 4 * j * row + at, dc + lane, dh + lane, squashed + j * row + at, cells + j * row + at, parameters + peepOffset + (j << 4));
  }
  if (t == 0) return;
  const depth = units << 2;
  for (let j: usize = 0; j < units; j += 4) {
    product(dh + j * slot, slot, zeros, transposed + ((j * units) << 4), gates + at, row, depth, slot >> 2); // (9)
  }
}

/** Equations (4) to (7) of one unit: gates become δ, ∂c becomes ∂c₋₁. */
// @ts-ignore: decorator
@inline
function unsquash(zi: usize, dc: usize, dh: usize, tanhC: usize, c: usize, p: usize): void {
  const zf = zi + row;
  const zg = zf + row;
  const zo = zg + row;
  const pi = v128.load32_splat(p);
  const pf = v128.load32_splat(p, 4);
  const po = v128.load32_splat(p, 8);
  const one = f32x4.splat(1);
  for (let b: usize = 0; b < slot; b += 16) {
    const o = v128.load(zo + b);
    const t = v128.load(tanhC + b);
    const h = v128.load(dh + b);
    const ho = f32x4.mul(h, o);
    const deltaO = f32x4.mul(f32x4.mul(ho, t), f32x4.sub(one, o));
    v128.store(zo + b, deltaO);
    let d = f32x4.add(v128.load(dc + b), f32x4.mul(ho, f32x4.sub(one, f32x4.mul(t, t))));
    d = f32x4.add(d, f32x4.mul(deltaO, po));
    const i = v128.load(zi + b);
    const f = v128.load(zf + b);
    const g = v128.load(zg + b);
    const di = f32x4.mul(d, i);
    const df = f32x4.mul(d, f);
    const deltaI = f32x4.mul(f32x4.mul(di, g), f32x4.sub(one, i));
    const deltaF = f32x4.mul(f32x4.mul(df, v128.load(c + b)), f32x4.sub(one, f));
    v128.store(zi + b, deltaI);
    v128.store(zf + b, deltaF);
    v128.store(zg + b, f32x4.mul(di, f32x4.sub(one, f32x4.mul(g, g))));
    v128.store(dc + b, f32x4.add(f32x4.add(df, f32x4.mul(deltaI, pi)), f32x4.mul(deltaF, pf)));
  }
}

/** Adds what the panel's first `t` steps give to the gradient of W, U, b and, where there are peepholes, p. O(4H·(I + H)·t) a lane. */
export function cellGradient(t: usize): void {
  const span = t * slot;
  // Few enough units that their δ stay in the first cache while the rows of `seen` pass by.
  for (let j: usize = 0; j < units; j += 4) {
    outer(gradient + ((j * features) << 4), gates + 4 * j * row, seen, row, 4, features, span);
  }
  if (!peepholes) return;
  for (let j: usize = 0; j < units; j++) {
    peepGradient(gradient + peepOffset + (j << 4), gates + 4 * j * row, cells + j * row, span);
  }
}

/** Equation (8) of one unit's peepholes. */
// @ts-ignore: decorator
@inline
function peepGradient(g: usize, d: usize, c: usize, span: usize): void {
  const df = d + row;
  const dout = d + 3 * row;
  let i = f32x4.splat(0);
  let f = i;
  let o = i;
  for (let s: usize = 0; s < span; s += 16) {
    const before = v128.load(c + s);
    i = f32x4.add(i, f32x4.mul(v128.load(d + s), before));
    f = f32x4.add(f, f32x4.mul(v128.load(df + s), before));
    o = f32x4.add(o, f32x4.mul(v128.load(dout + s), v128.load(c + slot + s)));
  }
  v128.store(g, f32x4.add(v128.load(g), sums(i, f, o, f32x4.splat(0))));
}

/** Writes U once more as (9) reads it. After every change of the parameters. */
export function turn(): void {
  const stride = features << 4;
  let to = transposed;
  for (let k = depth - units + 1; k <= depth; k += 4) {
    for (let j: usize = 0; j < units; j++, to += 64) {
      const w = parameters + j * stride + (k << 4);
      transpose(to, 16, v128.load(w), v128.load(w, 16), v128.load(w, 32), v128.load(w, 48));
    }
  }
}
