import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSFORMS } from '../../src/event/channel.ts';
import { restored, transformed } from '../../src/feature/transform.ts';

const price = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const reading = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe.each(TRANSFORMS)('%s', (transform) => {
  const value = transform === 'log_return' ? price : reading;

  test('is undone by its inverse', () => {
    fc.assert(
      fc.property(value, value, (now, before) => {
        const back = restored(transform, transformed(transform, now, before), before);
        expect(Math.abs(back - now)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(now), Math.abs(before)));
      }),
    );
  });

  test('never turns the order of two values round', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, before) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(transformed(transform, high, before)).toBeGreaterThanOrEqual(transformed(transform, low, before));
      }),
    );
  });

  test('keeps a missing value missing', () => {
    expect(transformed(transform, Number.NaN, 1)).toBeNaN();
  });
});

test.each(['log_return', 'difference'] as const)('%s has no value without the one before it', (transform) => {
  expect(transformed(transform, 3, Number.NaN)).toBeNaN();
  expect(restored(transform, 3, Number.NaN)).toBeNaN();
});

test.each([
  [0, 5],
  [-1, 5],
  [5, 0],
  [5, -1],
])('there is no logarithm of the return to %d from %d', (now, before) => {
  expect(transformed('log_return', now, before)).toBeNaN();
});

test('log1p takes a loss as it takes a gain', () => {
  expect(transformed('log1p', -99, 0)).toBe(-transformed('log1p', 99, 0));
  expect(transformed('log1p', Math.E - 1, 0)).toBeCloseTo(1, 12);
});
