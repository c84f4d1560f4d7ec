import type { Real } from './engine.ts';

/**
 * out[n, m] += Σₖ a[n, k]·b[m, k], row-major; `out` starts at `outAt`, `a` at `aAt`. Four columns at a time share each load of `a`; each
 * sum runs over k in order, so a row's result does not depend on the other rows. O(n·m·k).
 */
export function addProduct(
  out: Real,
  outAt: number,
  a: Real,
  aAt: number,
  b: Real,
  n: number,
  m: number,
  k: number,
): void {
  const whole = m - (m % 4);
  for (let column = 0; column < whole; column += 4) {
    const b0 = column * k;
    const b1 = b0 + k;
    const b2 = b1 + k;
    const b3 = b2 + k;
    for (let row = 0; row < n; row++) {
      const from = aAt + row * k;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let i = 0; i < k; i++) {
        const value = a[from + i];
        s0 += value * b[b0 + i];
        s1 += value * b[b1 + i];
        s2 += value * b[b2 + i];
        s3 += value * b[b3 + i];
      }
      const to = outAt + row * m + column;
      out[to] += s0;
      out[to + 1] += s1;
      out[to + 2] += s2;
      out[to + 3] += s3;
    }
  }
  for (let column = whole; column < m; column++) {
    for (let row = 0; row < n; row++) out[outAt + row * m + column] += dot(a, aAt + row * k, b, column * k, k);
  }
}

/**
 * out[m, k] += Σₙ a[n, m]·b[n, k], row-major; `a` starts at `aAt`, `b` at `bAt`. Four rows at a time share each load of `out`.
 * O(n·m·k).
 */
export function addOuterProducts(
  out: Real,
  a: Real,
  aAt: number,
  b: Real,
  bAt: number,
  n: number,
  m: number,
  k: number,
): void {
  const whole = n - (n % 4);
  for (let row = 0; row < whole; row += 4) {
    const b0 = bAt + row * k;
    const b1 = b0 + k;
    const b2 = b1 + k;
    const b3 = b2 + k;
    for (let column = 0; column < m; column++) {
      const from = aAt + row * m + column;
      const a0 = a[from];
      const a1 = a[from + m];
      const a2 = a[from + 2 * m];
      const a3 = a[from + 3 * m];
      const to = column * k;
      for (let i = 0; i < k; i++) out[to + i] += a0 * b[b0 + i] + a1 * b[b1 + i] + a2 * b[b2 + i] + a3 * b[b3 + i];
    }
  }
  for (let row = whole; row < n; row++) {
    for (let column = 0; column < m; column++) {
      addScaled(out, column * k, b, bAt + row * k, a[aAt + row * m + column], k);
    }
  }
}

/** Σᵢ a[aAt + i]·b[bAt + i], i < n. */
export function dot(a: Real, aAt: number, b: Real, bAt: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[aAt + i] * b[bAt + i];
  return sum;
}

/** out[outAt + i] += factor·a[aAt + i], i < n. */
export function addScaled(out: Real, outAt: number, a: Real, aAt: number, factor: number, n: number): void {
  for (let i = 0; i < n; i++) out[outAt + i] += factor * a[aAt + i];
}

/** out [k, n] = aᵀ, a [n, k]; row-major. */
export function transpose(out: Real, a: Real, n: number, k: number): void {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < k; column++) out[column * n + row] = a[row * k + column];
  }
}

/** Every row of out [n, m], from `outAt` on, becomes `row` [m]. */
export function repeatRow(out: Real, outAt: number, row: Real, n: number): void {
  for (let i = 0; i < n; i++) out.set(row, outAt + i * row.length);
}
