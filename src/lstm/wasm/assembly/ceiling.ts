/* What one core can do at most: twelve chains of f32x4 multiply-adds that wait for nothing but themselves. For the benchmark alone. */

import { madd } from './madd';

/** Multiply-adds of single numbers in one turn. */
export const PER_TURN: i32 = 12 * 4;

/** So many turns; returns a number that depends on all of them. */
export function ceiling(turns: i32, factor: f32, summand: f32): f32 {
  const m = f32x4.splat(factor);
  const k = f32x4.splat(summand);
  let a = k;
  let b = k;
  let c = k;
  let d = k;
  let e = k;
  let f = k;
  let g = k;
  let h = k;
  let i = k;
  let j = k;
  let l = k;
  let n = k;
  for (let turn = 0; turn < turns; turn++) {
    a = madd(a, m, k);
    b = madd(b, m, k);
    c = madd(c, m, k);
    d = madd(d, m, k);
    e = madd(e, m, k);
    f = madd(f, m, k);
    g = madd(g, m, k);
    h = madd(h, m, k);
    i = madd(i, m, k);
    j = madd(j, m, k);
    l = madd(l, m, k);
    n = madd(n, m, k);
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const last = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(l, n));
  return f32x4.extract_lane(f32x4.add(first, last), 0);
}
