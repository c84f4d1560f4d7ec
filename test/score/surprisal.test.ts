import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QUANTILE_97_5, studentTNats } from '../../src/math/student-t.ts';
import { surprisalBits } from '../../src/score/surprisal.ts';

/** ∫ density over [from, to] by the midpoint rule. */
function probability(from: number, to: number, scale: number): number {
  const step = (to - from) / 200_000;
  let sum = 0;
  for (let x = from + step / 2; x < to; x += step) sum += Math.exp(-studentTNats(x / scale, Math.log(scale))) * step;
  return sum;
}

test('the density integrates to 1, and to 95 % within the 97.5 % quantile either side', () => {
  expect(probability(-400, 400, 0.7)).toBeCloseTo(1, 6);
  expect(probability(-QUANTILE_97_5 * 0.7, QUANTILE_97_5 * 0.7, 0.7)).toBeCloseTo(0.95, 6);
});

test('at the location the density of the unit head is 3/8', () => {
  expect(Math.exp(-studentTNats(0, 0))).toBeCloseTo(0.375, 12);
});

test('bits are those of the interval of one cell, and grow with the distance', () => {
  expect(surprisalBits(1, 1, 1, 0.02)).toBeCloseTo(-Math.log2(0.375 * 0.02), 10);
  expect(surprisalBits(5, 1, 1, 0.02)).toBeGreaterThan(surprisalBits(3, 1, 1, 0.02));
});

test('bits are never negative', () => {
  const real = fc.double({ noNaN: true, min: -100, max: 100 });
  const positive = fc.double({ noNaN: true, min: 0.02, max: 50 });
  fc.assert(fc.property(real, real, positive, positive, (x, m, s, cell) => surprisalBits(x, m, s, cell) >= 0));
});
