/* Adam (Kingma and Ba 2015, algorithm 1), b₁ = 0.9, b₂ = 0.999, ε = 1e-8, after clipping by the global norm.
 *   m ← b₁m + (1 − b₁)g      v ← b₂v + (1 − b₂)g²
 *   p ← p − rate · m/(1 − b₁ᵗ) / (√(v/(1 − b₂ᵗ)) + ε) */

const DECAY_1: f64 = 0.9;
const DECAY_2: f64 = 0.999;
const EPSILON: f32 = 1e-8;
/** Moments below it become 0: they move nothing, and numbers yet smaller are slow on some processors. */
const LEAST: f32 = 1e-36;

/** Σ g² over `bytes` of numbers, in f64. */
export function sumOfSquares(g: usize, bytes: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (let at: usize = 0; at < bytes; at += 16) {
    const four = v128.load(g + at);
    const a = f64x2.promote_low_f32x4(four);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** Update `t` (from 1) of p, m and v [bytes / 4] by the gradient g times `clip`. The corrections for the bias are taken in f64. */
export function adam(p: usize, m: usize, v: usize, g: usize, bytes: usize, clip: f32, rate: f64, t: u32): void {
  const step = f32x4.splat(<f32>(rate / (1 - power(DECAY_1, t))));
  const unbias = f32x4.splat(<f32>(1 / (1 - power(DECAY_2, t))));
  const scale = f32x4.splat(clip);
  const keep1 = f32x4.splat(<f32>DECAY_1);
  const take1 = f32x4.splat(<f32>(1 - DECAY_1));
  const keep2 = f32x4.splat(<f32>DECAY_2);
  const take2 = f32x4.splat(<f32>(1 - DECAY_2));
  const epsilon = f32x4.splat(EPSILON);
  const least = f32x4.splat(LEAST);
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = f32x4.mul(v128.load(g + at), scale);
    let first = f32x4.add(f32x4.mul(v128.load(m + at), keep1), f32x4.mul(gradient, take1));
    first = v128.and(first, f32x4.gt(f32x4.abs(first), least));
    let second = f32x4.add(f32x4.mul(v128.load(v + at), keep2), f32x4.mul(f32x4.mul(gradient, gradient), take2));
    second = v128.and(second, f32x4.gt(second, least));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, unbias)), epsilon);
    v128.store(p + at, f32x4.sub(v128.load(p + at), f32x4.div(f32x4.mul(step, first), root)));
  }
}

/** baseᵗ by squaring: the same bits on every machine. O(log t). */
function power(base: f64, t: u32): f64 {
  let result: f64 = 1;
  for (; t > 0; t >>= 1, base *= base) if (t & 1) result *= base;
  return result;
}
