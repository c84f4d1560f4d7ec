import type { Real } from './engine.ts';

/**
 * out[n, m] += Σₖ a[n, k]·b[m, k], row-major; `out` starts at `outAt`, `a` at `aAt`. Tiles of two rows by four columns,
 * whose eight sums hide each other's latency; every sum runs over k in order, so a row's result does not depend on the
 * other rows. O(n·m·k).
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
  const wholeRows = n - (n % 2);
  const wholeColumns = m - (m % 4);
  for (let column = 0; column < wholeColumns; column += 4) {
    for (let row = 0; row < wholeRows; row += 2) {
      addTwoByFour(out, outAt + row * m + column, m, a, aAt + row * k, b, column * k, k);
    }
    if (wholeRows < n) addOneByFour(out, outAt + wholeRows * m + column, a, aAt + wholeRows * k, b, column * k, k);
  }
  for (let column = wholeColumns; column < m; column++) {
    for (let row = 0; row < n; row++) out[outAt + row * m + column] += dot(a, aAt + row * k, b, column * k, k);
  }
}

function addTwoByFour(out: Real, to: number, m: number, a: Real, a0: number, b: Real, b0: number, k: number): void {
  const a1 = a0 + k;
  const b1 = b0 + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let i = 0; i < k; i++) {
    const upper = a[a0 + i];
    const lower = a[a1 + i];
    const w0 = b[b0 + i];
    const w1 = b[b1 + i];
    const w2 = b[b2 + i];
    const w3 = b[b3 + i];
    s00 += upper * w0;
    s01 += upper * w1;
    s02 += upper * w2;
    s03 += upper * w3;
    s10 += lower * w0;
    s11 += lower * w1;
    s12 += lower * w2;
    s13 += lower * w3;
  }
  out[to] += s00;
  out[to + 1] += s01;
  out[to + 2] += s02;
  out[to + 3] += s03;
  out[to + m] += s10;
  out[to + m + 1] += s11;
  out[to + m + 2] += s12;
  out[to + m + 3] += s13;
}

function addOneByFour(out: Real, to: number, a: Real, a0: number, b: Real, b0: number, k: number): void {
  const b1 = b0 + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < k; i++) {
    const value = a[a0 + i];
    s0 += value * b[b0 + i];
    s1 += value * b[b1 + i];
    s2 += value * b[b2 + i];
    s3 += value * b[b3 + i];
  }
  out[to] += s0;
  out[to + 1] += s1;
  out[to + 2] += s2;
  out[to + 3] += s3;
}

/**
 * out[m, k] += Σₙ a[n, m]·b[n, k], row-major; `a` starts at `aAt`, `b` at `bAt`. Tiles of four rows by two columns, so
 * that each load of `b` serves two products and each of `out` four. O(n·m·k).
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
  const wholeRows = n - (n % 4);
  const wholeColumns = m - (m % 2);
  for (let row = 0; row < wholeRows; row += 4) {
    for (let column = 0; column < wholeColumns; column += 2) {
      addFourByTwo(out, column * k, a, aAt + row * m + column, m, b, bAt + row * k, k);
    }
  }
  for (let row = 0; row < n; row++) {
    for (let column = row < wholeRows ? wholeColumns : 0; column < m; column++) {
      addScaled(out, column * k, b, bAt + row * k, a[aAt + row * m + column], k);
    }
  }
}

function addFourByTwo(out: Real, to: number, a: Real, a0: number, m: number, b: Real, b0: number, k: number): void {
  const b1 = b0 + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  const a1 = a0 + m;
  const a2 = a1 + m;
  const a3 = a2 + m;
  const a00 = a[a0];
  const a01 = a[a0 + 1];
  const a10 = a[a1];
  const a11 = a[a1 + 1];
  const a20 = a[a2];
  const a21 = a[a2 + 1];
  const a30 = a[a3];
  const a31 = a[a3 + 1];
  for (let i = 0; i < k; i++) {
    const v0 = b[b0 + i];
    const v1 = b[b1 + i];
    const v2 = b[b2 + i];
    const v3 = b[b3 + i];
    out[to + i] += a00 * v0 + a10 * v1 + (a20 * v2 + a30 * v3);
    out[to + k + i] += a01 * v0 + a11 * v1 + (a21 * v2 + a31 * v3);
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
