import { Random } from '../../../../src/math/random.ts';
import type { Estimate } from '../part.ts';

/** Resamples, and the seed they are drawn with: both are part of what is reported. */
export const RESAMPLES = 500;
const SEED = 11;

/**
 * The percentile bootstrap (Efron 1979): `statistic` of the items, and its 2.5 % and 97.5 % quantiles over resamples of the items with
 * replacement. Resamples for which the statistic is not defined (NaN) are left out. O(resamples · cost of the statistic).
 */
export function bootstrapped<T>(items: readonly T[], statistic: (items: readonly T[]) => number): Estimate {
  const random = new Random(SEED);
  const found: number[] = [];
  for (let r = 0; r < RESAMPLES && items.length > 0; r++) {
    const value = statistic(items.map(() => random.pick(items)));
    if (!Number.isNaN(value)) found.push(value);
  }
  found.sort((a, b) => a - b);
  const value = statistic(items);
  if (found.length === 0) return { value, low: value, high: value };
  return { value, low: quantile(found, 0.025), high: quantile(found, 0.975) };
}

/** Of sorted numbers, linear between neighbours. */
export function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Mean of what is not NaN; NaN of nothing. */
export function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
