import { madd } from './madd';
import { sigmoidRows, tanhRows } from './curves';
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
  const i = gates + at;
  const c = cells + at;
  const p = parameters + peepOffset;
  sigmoidRows(i, 4 * row, p, c, row, units, slot); //                                        (1)
  sigmoidRows(i + row, 4 * row, p + 4, c, row, units, slot);
  tanhRows(i + 2 * row, 4 * row, i + 2 * row, 4 * row, units, slot);
  remember(i, c); //                                                                         (2)
  sigmoidRows(i + 3 * row, 4 * row, p + 8, c + slot, row, units, slot); //                   (3)
  tanhRows(squashed + at, row, c + slot, row, units, slot);
  expose(seen + (1 + depth - units) * row + at + slot, i + 3 * row, squashed + at);
}

/** Equation (2) of all units: c, one slot on. */
function remember(i: usize, c: usize): void {
  for (let j: usize = 0; j < units; j++, i += 4 * row, c += row) {
    const f = i + row;
    const g = f + row;
    const next = c + slot;
    for (let b: usize = 0; b < slot; b += 16) {
      const kept = f32x4.mul(v128.load(f + b), v128.load(c + b));
      v128.store(next + b, madd(v128.load(i + b), v128.load(g + b), kept));
    }
  }
}

/** h of equation (3), of all units. */
function expose(h: usize, o: usize, tanhC: usize): void {
  for (let j: usize = 0; j < units; j++, h += row, o += 4 * row, tanhC += row) {
    for (let b: usize = 0; b < slot; b += 16) v128.store(h + b, f32x4.mul(v128.load(o + b), v128.load(tanhC + b)));
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
    let d = madd(ho, f32x4.sub(one, f32x4.mul(t, t)), v128.load(dc + b));
    d = madd(deltaO, po, d);
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
    v128.store(dc + b, madd(deltaF, pf, madd(deltaI, pi, df)));
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
    i = madd(v128.load(d + s), before, i);
    f = madd(v128.load(df + s), before, f);
    o = madd(v128.load(dout + s), v128.load(c + slot + s), o);
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
