/* g[m, k] += Σₛ d[m, s]·x[k, s], s over all steps and lanes
 *
 * Each of a tile's eight sums is kept as a vector of four, so that both operands are whole vectors from memory; the four are added
 * when the tile is done. */

import { madd } from './madd';
import { sums } from './lanes';

/**
 * g [features, 4] += d [4, span] · x [features, span]ᵀ, for `units` neighbouring units; rows of d and x are `row` bytes apart, units of d
 * four rows, units of g `features` · 16 bytes. `features` is even, `span` bytes a multiple of 16.
 */
export function outer(g: usize, d: usize, x: usize, row: usize, units: usize, features: usize, span: usize): void {
  // Two rows of x stay in the first cache while the units pass by.
  for (let k: usize = 0; k < features; k += 2) {
    for (let j: usize = 0; j < units; j++) {
      tile(g + ((j * features + k) << 4), d + 4 * j * row, x + k * row, row, span);
    }
  }
}

// @ts-ignore: decorator
@inline
function tile(g: usize, d: usize, x: usize, row: usize, span: usize): void {
  const end = d + span;
  let d1 = d + row;
  let d2 = d1 + row;
  let d3 = d2 + row;
  let y = x + row;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  while (true) {
    const p = v128.load(x);
    const q = v128.load(y);
    const e0 = v128.load(d);
    a0 = madd(e0, p, a0);
    b0 = madd(e0, q, b0);
    const e1 = v128.load(d1);
    a1 = madd(e1, p, a1);
    b1 = madd(e1, q, b1);
    const e2 = v128.load(d2);
    a2 = madd(e2, p, a2);
    b2 = madd(e2, q, b2);
    const e3 = v128.load(d3);
    a3 = madd(e3, p, a3);
    b3 = madd(e3, q, b3);
    // V8 starts a block of code here; within one it would load everything first, and run out of registers.
    if (d + 16 >= end) break;
    const r = v128.load(x, 16);
    const s = v128.load(y, 16);
    const f0 = v128.load(d, 16);
    a0 = madd(f0, r, a0);
    b0 = madd(f0, s, b0);
    const f1 = v128.load(d1, 16);
    a1 = madd(f1, r, a1);
    b1 = madd(f1, s, b1);
    const f2 = v128.load(d2, 16);
    a2 = madd(f2, r, a2);
    b2 = madd(f2, s, b2);
    const f3 = v128.load(d3, 16);
    a3 = madd(f3, r, a3);
    b3 = madd(f3, s, b3);
    d += 32;
    if (d >= end) break;
    d1 += 32;
    d2 += 32;
    d3 += 32;
    x += 32;
    y += 32;
  }
  v128.store(g, f32x4.add(v128.load(g), sums(a0, a1, a2, a3)));
  v128.store(g, f32x4.add(v128.load(g, 16), sums(b0, b1, b2, b3)), 16);
}
