/* What one core can do at most: twelve chains of f32x4 multiply-adds that wait for nothing but themselves. For the benchmark alone. */

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
    a = f32x4.add(f32x4.mul(a, m), k);
    b = f32x4.add(f32x4.mul(b, m), k);
    c = f32x4.add(f32x4.mul(c, m), k);
    d = f32x4.add(f32x4.mul(d, m), k);
    e = f32x4.add(f32x4.mul(e, m), k);
    f = f32x4.add(f32x4.mul(f, m), k);
    g = f32x4.add(f32x4.mul(g, m), k);
    h = f32x4.add(f32x4.mul(h, m), k);
    i = f32x4.add(f32x4.mul(i, m), k);
    j = f32x4.add(f32x4.mul(j, m), k);
    l = f32x4.add(f32x4.mul(l, m), k);
    n = f32x4.add(f32x4.mul(n, m), k);
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const last = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(l, n));
  return f32x4.extract_lane(f32x4.add(first, last), 0);
}
