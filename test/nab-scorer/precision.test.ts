import { expect, test } from 'vitest';
import { averagePrecision, vusPr } from '../bench/nab/precision.ts';
import { flaggedSeries } from './series.ts';

const windows = [{ first: 1000, last: 1199 }];
const inside = Array.from({ length: 200 }, (_, i) => 1000 + i);

test('flagging exactly the windows gives an average precision of 1, and one score for all their share', () => {
  expect(averagePrecision([flaggedSeries(2000, windows, inside)])).toBe(1);
  expect(averagePrecision([flaggedSeries(2000, windows, [])])).toBeCloseTo(200 / 1700, 9);
});

test('average precision is the mean of the precisions at each hit', () => {
  const series = flaggedSeries(1000, [{ first: 600, last: 601 }], []);
  series.scores[600] = 4;
  series.scores[700] = 3;
  series.scores[601] = 2;
  expect(averagePrecision([series])).toBeCloseTo((1 + 2 / 3) / 2, 9);
});

test('VUS-PR is high for the windows, low for silence, and forgives a near miss', () => {
  const area = (flagged: readonly number[]) => vusPr([flaggedSeries(2000, windows, flagged)]);
  expect(area(inside)).toBeGreaterThan(0.85);
  expect(area([])).toBeLessThan(0.15);
  const nearMiss = area(inside.map((i) => i + 20));
  const farMiss = area(inside.map((i) => i + 400));
  expect(nearMiss).toBeGreaterThan(0.6);
  expect(farMiss).toBeLessThan(0.2);
});
