import { expect, test } from 'vitest';
import { averagePrecisionOf } from '../bench/detection/metrics/average-precision.ts';
import { clusteredPrecision } from '../bench/detection/metrics/clustered-precision.ts';

test('average precision is the mean of the precisions at each positive', () => {
  expect(averagePrecisionOf([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(averagePrecisionOf([1, 0, 1, 0, 1], [5, 4, 3, 2, 1])).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
});

test('rows of one score enter together, so that a constant score has the share of positives', () => {
  expect(averagePrecisionOf([1, 0, 0, 1], [7, 7, 7, 7])).toBe(0.5);
  expect(averagePrecisionOf([1, 0, 0, 1], [8, 8, 7, 7])).toBeCloseTo((1 / 2 + 2 / 4) / 2, 12);
});

test('without a positive it is not defined', () => {
  expect(averagePrecisionOf([0, 0], [1, 2])).toBeNaN();
});

test('over clusters it is that of all their rows, and its interval holds it', () => {
  const clusters = [
    { truth: [0, 1, 0], scores: [0.2, 0.9, 0.4] },
    { truth: [0, 0, 1], scores: [0.5, 0.1, 0.45] },
    { truth: [1, 0, 0], scores: [0.3, 0.35, 0.05] },
  ];
  const { value, low, high } = clusteredPrecision(clusters);
  const truth = clusters.flatMap((cluster) => cluster.truth);
  expect(value).toBeCloseTo(
    averagePrecisionOf(
      truth,
      clusters.flatMap(({ scores }) => scores),
    ),
    12,
  );
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});
