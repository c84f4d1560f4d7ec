import { describe, expect, test } from 'vitest';
import { chiSquareAbove, christoffersen, conditionalCoverage, kupiec } from '../bench/detection/metrics/coverage.ts';

describe('χ²', () => {
  test.each([
    [1, 0.05, 3.841458820694124],
    [1, 0.01, 6.634896601021213],
    [1, 0.001, 10.827566170662733],
    [2, 0.05, 5.991464547107979],
    [2, 0.01, 9.21034037197618],
  ] as const)(
    'with %i degrees of freedom the chance of more than its published quantile is %f',
    (degrees, chance, x) => {
      expect(chiSquareAbove(x, degrees)).toBeCloseTo(chance, 10);
    },
  );

  test('both ways to compute its tail meet', () => {
    expect(chiSquareAbove(7.9999999, 1)).toBeCloseTo(chiSquareAbove(8.0000001, 1), 8);
    expect(chiSquareAbove(8, 1)).toBeCloseTo(0.004677734981047266, 12);
    expect(chiSquareAbove(0, 1)).toBe(1);
  });
});

/* Kupiec (1995), table 3, as reprinted by Jorion, Value at Risk: exceptions x for which 95 % of tests do not reject. */
describe('Kupiec: the published regions in which a band is not rejected', () => {
  test.each([
    [255, 0.01, 0, 6],
    [510, 0.01, 2, 10],
    [1000, 0.01, 5, 16],
    [255, 0.05, 7, 20],
    [510, 0.05, 17, 35],
    [1000, 0.05, 38, 64],
  ])('of %i rows, share %f: from %i to %i exceptions', (rows, share, least, most) => {
    for (const accepted of [least, most].filter((count) => count > 0)) {
      expect(kupiec(accepted, rows, share).pValue).toBeGreaterThan(0.05);
    }
    if (least > 0) expect(kupiec(least - 1, rows, share).pValue).toBeLessThan(0.05);
    expect(kupiec(most + 1, rows, share).pValue).toBeLessThan(0.05);
  });
});

test('exactly as many exceptions as there should be are no evidence at all', () => {
  expect(kupiec(50, 1000, 0.05)).toEqual({ ratio: 0, pValue: 1 });
});

test('Christoffersen by hand: n00 = 3, n01 = 2, n10 = 2, n11 = 2', () => {
  const exceptions = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0].map((is) => is === 1);
  const apart = 3 * Math.log(3 / 5) + 2 * Math.log(2 / 5) + 4 * Math.log(1 / 2);
  const together = 5 * Math.log(5 / 9) + 4 * Math.log(4 / 9);
  expect(christoffersen(exceptions).ratio).toBeCloseTo(2 * (apart - together), 12);
});

test('exceptions in runs are refuted though their number is right, scattered ones are not', () => {
  const runs = Array.from({ length: 1000 }, (_, t) => t % 200 < 10);
  const scattered = Array.from({ length: 1000 }, (_, t) => (t * 7919) % 1000 < 50);
  expect(kupiec(50, 1000, 0.05).pValue).toBe(1);
  expect(christoffersen(runs).pValue).toBeLessThan(1e-6);
  expect(christoffersen(scattered).pValue).toBeGreaterThan(0.01);
  expect(conditionalCoverage(runs, 0.05).ratio).toBeCloseTo(christoffersen(runs).ratio, 9);
});
