/* The functions of one number that the cell and the heads need, four at a time. Their errors are measured in
 * test/lstm/wasm-curves.test.ts.
 *
 * Coefficients come from memory into locals before a loop: a constant vector V8 makes anew, from integers, on every other turn. */

import { madd } from './madd';

/** 2ʳ for |r| ≤ ½: minimax in relative error (7.5e-8), from r⁵ to r⁰. */
const EXP2: usize = memory.data<f32>([1.32764719795e-3, 9.67554133421e-3, 5.55071327354e-2, 2.40221197238e-1, 6.93146967065e-1, 1.0000000716547]);

/** tanh(x)/x = P(x²)/Q(x²) for |x| ≤ 8: minimax in relative error (6.5e-9); P from x⁸ to x⁰, then Q, whose last is 1. */
const TANH: usize = memory.data<f32>([
  1.52308458558e-8, 2.18949741267e-5, 3.57161718354e-3, 1.34445141910e-1, 9.99999993594e-1,
  8.52262271448e-7, 3.41132340699e-4, 2.61645160622e-2, 4.67778415202e-1,
]);

/** −log₂ e; 1.5·2²³, which, added, rounds to an integer and leaves that in the low bits; 60, where the tails of σ end; 8; 1. */
const NUMBERS: usize = memory.data<f32>([-1.4426950408889634, 12582912, 60, -60, 8, -8, 1]);

// @ts-ignore: decorator
@inline
function splat(table: usize, n: usize): v128 {
  return v128.load32_splat(table + (n << 2));
}

/** 2ʸ for |y| ≤ 126: 2ⁿ by the exponent's bits, n the nearest integer, times 2ʸ⁻ⁿ. */
// @ts-ignore: decorator
@inline
function exp2(y: v128, round: v128, c5: v128, c4: v128, c3: v128, c2: v128, c1: v128, c0: v128): v128 {
  const shifted = f32x4.add(y, round);
  const r = f32x4.sub(y, f32x4.sub(shifted, round));
  // In pairs (Estrin): half as long a chain of waiting as Horner's.
  const s = f32x4.mul(r, r);
  const low = madd(r, c1, c0);
  const middle = madd(r, c3, c2);
  const high = madd(r, c5, c4);
  const p = madd(s, madd(s, high, middle), low);
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** eˣ for |x| ≤ 87. */
export function exp(x: v128): v128 {
  const y = f32x4.mul(x, f32x4.splat(1.4426950408889634));
  const round = splat(NUMBERS, 1);
  return exp2(y, round, splat(EXP2, 0), splat(EXP2, 1), splat(EXP2, 2), splat(EXP2, 3), splat(EXP2, 4), splat(EXP2, 5));
}

/**
 * z ← σ(z + p·c), σ(x) = 1/(1 + e⁻ˣ), for `units` rows of `bytes`; from one row to the next z moves by `zRow`, c by `cRow`, p by 16 bytes.
 * The tails of σ end at ±41, far from the numbers that are slow for being tiny.
 */
export function sigmoidRows(z: usize, zRow: usize, p: usize, c: usize, cRow: usize, units: usize, bytes: usize): void {
  const scale = splat(NUMBERS, 0);
  const round = splat(NUMBERS, 1);
  const most = splat(NUMBERS, 2);
  const least = splat(NUMBERS, 3);
  const one = splat(NUMBERS, 6);
  const c5 = splat(EXP2, 0);
  const c4 = splat(EXP2, 1);
  const c3 = splat(EXP2, 2);
  const c2 = splat(EXP2, 3);
  const c1 = splat(EXP2, 4);
  const c0 = splat(EXP2, 5);
  for (let j: usize = 0; j < units; j++, z += zRow, c += cRow, p += 16) {
    const peep = v128.load32_splat(p);
    for (let b: usize = 0; b < bytes; b += 16) {
      const x = madd(peep, v128.load(c + b), v128.load(z + b));
      const y = f32x4.pmax(f32x4.pmin(f32x4.mul(x, scale), most), least);
      v128.store(z + b, f32x4.div(one, f32x4.add(one, exp2(y, round, c5, c4, c3, c2, c1, c0))));
    }
  }
}

/** out ← tanh(x), for `units` rows of `bytes`, which move by `outRow` and `xRow`. */
export function tanhRows(out: usize, outRow: usize, x: usize, xRow: usize, units: usize, bytes: usize): void {
  const most = splat(NUMBERS, 4);
  const least = splat(NUMBERS, 5);
  const one = splat(NUMBERS, 6);
  const p4 = splat(TANH, 0);
  const p3 = splat(TANH, 1);
  const p2 = splat(TANH, 2);
  const p1 = splat(TANH, 3);
  const p0 = splat(TANH, 4);
  const q4 = splat(TANH, 5);
  const q3 = splat(TANH, 6);
  const q2 = splat(TANH, 7);
  const q1 = splat(TANH, 8);
  for (let j: usize = 0; j < units; j++, out += outRow, x += xRow) {
    for (let b: usize = 0; b < bytes; b += 16) {
      const y = f32x4.pmax(f32x4.pmin(v128.load(x + b), most), least);
      const s = f32x4.mul(y, y);
      let p = madd(s, p4, p3);
      let q = madd(s, q4, q3);
      p = madd(p, s, p2);
      q = madd(q, s, q2);
      p = madd(p, s, p1);
      q = madd(q, s, q1);
      p = madd(p, s, p0);
      q = madd(q, s, one);
      v128.store(out + b, f32x4.div(f32x4.mul(y, p), q));
    }
  }
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
  let p = madd(m, f32x4.splat(7.0376836292e-2), f32x4.splat(-1.151461031e-1));
  p = madd(p, m, f32x4.splat(1.1676998740e-1));
  p = madd(p, m, f32x4.splat(-1.2420140846e-1));
  p = madd(p, m, f32x4.splat(1.4249322787e-1));
  p = madd(p, m, f32x4.splat(-1.6668057665e-1));
  p = madd(p, m, f32x4.splat(2.0000714765e-1));
  p = madd(p, m, f32x4.splat(-2.4999993993e-1));
  p = madd(p, m, f32x4.splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), s);
  y = madd(exponent, f32x4.splat(-2.12194440e-4), y);
  y = f32x4.sub(y, f32x4.mul(s, f32x4.splat(0.5)));
  return madd(exponent, f32x4.splat(0.693359375), f32x4.add(m, y));
}
