import { expect } from 'vitest';
import type { Engine, Real } from '../../src/lstm/engine.ts';

/** What an engine may lose to its precision. */
export interface Tolerance {
  /** One forward or backward pass: outputs, losses, gradients. */
  readonly pass: number;
  /** Parameters after 100 updates, which add up the differences. */
  readonly trained: number;
}

/** 1e-12 for f64; for f32, of 2⁻²⁴ = 6e-8 a number, what sums of a hundred and a hundred updates make of it. */
export function toleranceOf(engine: Engine): Tolerance {
  return engine.weights().data instanceof Float64Array
    ? { pass: 1e-12, trained: 1e-12 }
    : { pass: 1e-5, trained: 2e-4 };
}

/** |actual − expected| ≤ tolerance · max(1, |expected|), number by number. */
export function expectClose(
  actual: Real | readonly number[],
  expected: Real | readonly number[],
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
    if (Number.isNaN(actual[i])) worst = Number.NaN;
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}
