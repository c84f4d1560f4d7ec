import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { solve } from '../../src/statistic/cholesky.ts';

/** B·Bᵀ + I of a random B, row-major. */
function positive(random: Random, n: number): Float64Array {
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += b[i * n + k] * b[j * n + k];
    return sum;
  });
}

test.each([1, 2, 7, 40])('finds the x of A x = b with %i unknowns', (n) => {
  const random = new Random(n);
  const a = positive(random, n);
  const x = Float64Array.from({ length: n }, () => random.normal());
  const b = Float64Array.from({ length: n }, (_, i) => x.reduce((sum, value, j) => sum + a[i * n + j] * value, 0));
  solve(a, b, n, 1e-12);
  b.forEach((found, i) => {
    expect(found).toBeCloseTo(x[i], 8);
  });
});

test('reads the lower triangle alone', () => {
  const b = Float64Array.of(10, 8);
  solve(Float64Array.of(4, Number.NaN, 2, 3), b, 2, 1e-12);
  expect(b[0]).toBeCloseTo(1.75, 12);
  expect(b[1]).toBeCloseTo(1.5, 12);
});

test('gives finite numbers where two unknowns are the same one', () => {
  const b = Float64Array.of(2, 2);
  solve(Float64Array.of(1, 1, 1, 1), b, 2, 1e-6);
  expect(b.every(Number.isFinite)).toBe(true);
  expect(b[0] + b[1]).toBeCloseTo(2, 6);
});
