/* The functions of one number that the cell and the heads need, four at a time. Errors are measured over all of f32 in
 * test/lstm/wasm-curves.test.ts. */

/** 2ʸ for |y| ≤ 126: 2ⁿ by the exponent's bits, n the nearest integer, and 2ʸ⁻ⁿ by the minimax polynomial of degree 5 (7.5e-8). */
// @ts-ignore: decorator
@inline
export function exp2(y: v128): v128 {
  // Adding 1.5·2²³ rounds y to an integer and leaves it in the low bits.
  const shifted = f32x4.add(y, f32x4.splat(12582912.0));
  const r = f32x4.sub(y, f32x4.sub(shifted, f32x4.splat(12582912.0)));
  // In pairs (Estrin): half as long a chain of waiting as Horner's.
  const s = f32x4.mul(r, r);
  const low = f32x4.add(f32x4.mul(r, f32x4.splat(6.93146967065e-1)), f32x4.splat(1.0000000716547));
  const middle = f32x4.add(f32x4.mul(r, f32x4.splat(5.55071327354e-2)), f32x4.splat(2.40221197238e-1));
  const high = f32x4.add(f32x4.mul(r, f32x4.splat(1.32764719795e-3)), f32x4.splat(9.67554133421e-3));
  const p = f32x4.add(low, f32x4.mul(s, f32x4.add(middle, f32x4.mul(s, high))));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** eˣ for |x| ≤ 87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return exp2(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
}

/** 1 / (1 + e⁻ˣ). Its tails end at x = ±41, far from the numbers that are slow for being tiny. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  let y = f32x4.mul(x, f32x4.splat(-1.4426950408889634));
  y = f32x4.pmax(f32x4.pmin(y, f32x4.splat(60.0)), f32x4.splat(-60.0));
  return f32x4.div(f32x4.splat(1.0), f32x4.add(exp2(y), f32x4.splat(1.0)));
}

/** tanh x as x·P(x²)/Q(x²), minimax in relative error (6.5e-9) up to |x| = 8, where tanh is 1 but for 2e-7. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(8)), f32x4.splat(-8));
  const s = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(s, f32x4.splat(1.52308458558e-8)), f32x4.splat(2.18949741267e-5));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(3.57161718354e-3));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(1.34445141910e-1));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(9.99999993594e-1));
  let q = f32x4.add(f32x4.mul(s, f32x4.splat(8.52262271448e-7)), f32x4.splat(3.41132340699e-4));
  q = f32x4.add(f32x4.mul(q, s), f32x4.splat(2.61645160622e-2));
  q = f32x4.add(f32x4.mul(q, s), f32x4.splat(4.67778415202e-1));
  q = f32x4.add(f32x4.mul(q, s), f32x4.splat(1));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** ln x for normal x > 0: the exponent's bits, and Cephes' logf polynomial on [√½, √2). Absolute error ≤ 1e-7 near 1. */
// @ts-ignore: decorator
@inline
export function ln(x: v128): v128 {
  // Counting exponents from √½ puts the mantissa in [√½, √2).
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const mantissa = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const m = f32x4.sub(mantissa, f32x4.splat(1.0));
  const s = f32x4.mul(m, m);
  let p = f32x4.add(f32x4.mul(m, f32x4.splat(7.0376836292e-2)), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), s);
  y = f32x4.add(y, f32x4.mul(exponent, f32x4.splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(s, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, y), f32x4.mul(exponent, f32x4.splat(0.693359375)));
}
