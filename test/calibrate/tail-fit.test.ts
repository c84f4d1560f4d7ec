import { describe, expect, test } from 'vitest';
import { type Fit, HEAVY, LIGHT, quantile, survival, TailFitter } from '../../src/calibrate/tail-fit.ts';
import { Random } from '../../src/math/random.ts';

const EDGES = Float64Array.from({ length: 73 }, (_, i) => 0.25 * 1.1 ** i);
const fitter = new TailFitter(EDGES);

function counted(values: readonly number[]): Float64Array {
  const counts = new Float64Array(EDGES.length - 1);
  for (const value of values) {
    let level = 0;
    while (level < counts.length - 1 && value >= EDGES[level + 1]) level++;
    counts[level]++;
  }
  return counts;
}

function fitted(values: readonly number[], known = LIGHT): Fit {
  const fit = { start: 0, share: 0, scale: 0, shape: 0 };
  fitter.fit(counted(values), known, fit);
  return fit;
}

/** Largest of so many exponentials of this mean, by block. */
function maxima(mean: number, blocks = 4_000, rows = 20): number[] {
  const random = new Random(11);
  return Array.from({ length: blocks }, () => {
    let most = 0;
    for (let t = 0; t < rows; t++) most = Math.max(most, random.exponential(mean));
    return most;
  });
}

describe('a tail', () => {
  test.each([0.02, 0.1, 0.35, 0.5])('of shape %f is passed at its quantile by just that share', (shape) => {
    const fit = { start: 2, share: 0.15, scale: 0.6, shape };
    for (const p of [0.1, 1e-2, 1e-4, 1e-8]) {
      const level = quantile(fit, p);
      expect(level).toBeGreaterThan(fit.start);
      expect((fit.share * survival(level - fit.start, fit.scale, shape)) / p).toBeCloseTo(1, 9);
    }
    expect(quantile(fit, 0.5)).toBe(2);
  });

  test.each([0.5, 1, 3])('of the maxima of exponentials of mean %f has their scale within 20 %', (mean) => {
    const { start, share, scale, shape } = fitted(maxima(mean));
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.21);
    const local = quantile({ start, share, scale, shape }, share / 10) - start;
    expect(Math.abs(local / (mean * Math.log(10)) - 1)).toBeLessThan(0.2);
    expect(Math.abs(scale / mean - 1)).toBeLessThan(0.2);
  });

  test('begins where a fifth of the blocks is above at most, and no lower than its prior says', () => {
    const values = maxima(1);
    const { start } = fitted(values);
    const above = values.filter((value) => value >= start).length / values.length;
    expect(above).toBeLessThanOrEqual(0.2);
    expect(above).toBeGreaterThan(0.1);
    expect(
      fitted(
        values.map((value) => value / 100),
        HEAVY,
      ).start,
    ).toBeGreaterThanOrEqual(1);
  });

  test.each([0.5, 1, 3])('is moved less than 30 % at 1e-4 by 5 % of far outliers, of mean %f', (mean) => {
    const clean = maxima(mean);
    const random = new Random(12);
    const faulty = clean.map((value) => (random.next() < 0.05 ? mean * (20 + 60 * random.next()) : value));
    const moved = quantile(fitted(faulty), 1e-4) / quantile(fitted(clean), 1e-4);
    expect(Math.abs(moved - 1)).toBeLessThan(0.3);
  });

  test('of no blocks is the prior', () => {
    const { scale, start, shape } = fitted([], HEAVY);
    expect(Number.isFinite(quantile({ ...fitted([], HEAVY) }, 1e-4))).toBe(true);
    expect(scale / start).toBeGreaterThan(0.35);
    expect(scale / start).toBeLessThan(0.6);
    expect(shape).toBe(0.5);
  });
});
