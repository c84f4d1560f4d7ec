import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from '../../src/score/attribution.ts';

function shares(...bits: number[]): number[] {
  return scoredShares(
    bits,
    bits.map(() => true),
  );
}

function scoredShares(bits: readonly number[], scored: readonly boolean[]): number[] {
  const out = new Float64Array(bits.length);
  attribute(Float64Array.from(bits), scored, out);
  return [...out];
}

test('a channel is blamed for what it has above the median of all', () => {
  expect(shares(1, 2, 3, 8, 5)).toEqual([0, 0, 0, 5 / 7, 2 / 7]);
  expect(shares(2, 6)).toEqual([0, 1]);
});

test('one channel takes all the blame there is; equal channels none', () => {
  expect(shares(3)).toEqual([1]);
  expect(shares(0)).toEqual([0]);
  expect(shares(4, 4, 4)).toEqual([0, 0, 0]);
});

test('missing channels are neither blamed nor counted', () => {
  expect(shares(Number.NaN, 1, 5)).toEqual([0, 0, 1]);
  expect(shares(Number.NaN)).toEqual([0]);
  expect(shares(Number.NaN, Number.NaN)).toEqual([0, 0]);
});

test('a channel that is not scored is neither blamed nor counted, and the only one that is takes all', () => {
  expect(scoredShares([99, 1, 5], [false, true, true])).toEqual([0, 0, 1]);
  expect(scoredShares([99, 3, 50], [false, true, false])).toEqual([0, 1, 0]);
  expect(scoredShares([99, 0], [false, true])).toEqual([0, 0]);
});

test('shares are those of the sorted median, and add up to 1 or 0', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 50 }), { minLength: 2, maxLength: 9 }), (bits) => {
      const sorted = [...bits].sort((a, b) => a - b);
      const half = sorted.length >> 1;
      const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      const excess = bits.map((b) => Math.max(0, b - median));
      const sum = excess.reduce((a, b) => a + b, 0);
      shares(...bits).forEach((share, d) => {
        expect(share).toBeCloseTo(sum === 0 ? 0 : excess[d] / sum, 9);
      });
    }),
  );
});
