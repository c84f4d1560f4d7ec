import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addOuterProducts, addProduct, transpose } from '../../src/lstm/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { fillNormal } from './random-batch.ts';

const sizes = fc.record({ n: fc.integer({ min: 1, max: 9 }), m: fc.integer({ min: 1, max: 9 }), k: fc.nat(9) });
const offset = fc.nat(3);

function random(length: number, seed: number): Float64Array {
  const values = new Float64Array(length);
  fillNormal(values, new Random(seed));
  return values;
}

test('addProduct is its naive twin, bit for bit, at every size and offset', () => {
  fc.assert(
    fc.property(sizes, offset, offset, ({ n, m, k }, outAt, aAt) => {
      const [a, b, out] = [random(aAt + n * k, 1), random(m * k, 2), random(outAt + n * m, 3)];
      const expected = out.slice();
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < m; column++) {
          let sum = 0;
          for (let i = 0; i < k; i++) sum += a[aAt + row * k + i] * b[column * k + i];
          expected[outAt + row * m + column] += sum;
        }
      }
      addProduct(out, outAt, a, aAt, b, n, m, k);
      expect(out).toEqual(expected);
    }),
  );
});

test('addOuterProducts is its naive twin, at every size and offset', () => {
  fc.assert(
    fc.property(sizes, offset, offset, ({ n, m, k }, aAt, bAt) => {
      const [a, b, out] = [random(aAt + n * m, 1), random(bAt + n * k, 2), random(m * k, 3)];
      const expected = out.slice();
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < m; column++) {
          for (let i = 0; i < k; i++) expected[column * k + i] += a[aAt + row * m + column] * b[bAt + row * k + i];
        }
      }
      addOuterProducts(out, a, aAt, b, bAt, n, m, k);
      for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(expected[i], 12);
    }),
  );
});

test('transpose turns rows into columns', () => {
  const out = new Float64Array(6);
  transpose(out, Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3);
  expect([...out]).toEqual([1, 4, 2, 5, 3, 6]);
});
