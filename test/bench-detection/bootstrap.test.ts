import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { bootstrapped, mean, quantile } from '../bench/detection/metrics/bootstrap.ts';

test('a quantile lies linearly between its neighbours', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4], 0)).toBe(1);
  expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  expect(quantile([0, 10], 0.025)).toBeCloseTo(0.25, 12);
});

test('the interval of a mean is about that of theory: 1.96 standard errors either way', () => {
  const random = new Random(3);
  const items = Array.from({ length: 400 }, () => random.normal());
  const { value, low, high } = bootstrapped(items, mean);
  expect(value).toBe(mean(items));
  expect(high - low).toBeGreaterThan((2 * 1.96 * 0.85) / 20);
  expect(high - low).toBeLessThan((2 * 1.96 * 1.15) / 20);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});

test('equal items have no spread, and the same items the same interval', () => {
  expect(bootstrapped([2, 2, 2], mean)).toEqual({ value: 2, low: 2, high: 2 });
  expect(bootstrapped([1, 5, 9], mean)).toEqual(bootstrapped([1, 5, 9], mean));
});

test('resamples for which the statistic is not defined are left out', () => {
  const { low, high } = bootstrapped([Number.NaN, 1], mean);
  expect([low, high]).toEqual([1, 1]);
});
