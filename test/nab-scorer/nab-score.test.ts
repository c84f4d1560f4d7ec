import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nabScore, nabScoreAt, profiles } from '../bench/nab/nab-score.ts';
import { flaggedSeries } from './series.ts';

const windows = [
  { first: 1000, last: 1099 },
  { first: 3000, last: 3199 },
];

function standardAt(flagged: readonly number[]): number {
  return nabScoreAt([flaggedSeries(5000, windows, flagged)], profiles.standard, 0.5);
}

describe.each(Object.entries(profiles))('by the profile %s', (_, profile) => {
  test('silence scores 0, and so does one score for all rows', () => {
    expect(nabScoreAt([flaggedSeries(5000, windows, [])], profile, 0.5)).toBe(0);
    const constant = flaggedSeries(5000, windows, []);
    expect(nabScore([constant], profile).score).toBe(0);
  });

  test('the first row of each window and nothing else scores 100', () => {
    expect(nabScore([flaggedSeries(5000, windows, [1000, 3000])], profile)).toEqual({ score: 100, threshold: 1 });
  });

  test('flagging everything is worse than silence', () => {
    const everything = flaggedSeries(5000, windows, []);
    expect(nabScoreAt([everything], profile, 0)).toBeLessThan(0);
  });

  test('the best threshold is at least as good as any other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 400, maxLength: 400 }), (scores) => {
        const series = { ...flaggedSeries(400, [{ first: 200, last: 240 }], []), scores: Float64Array.from(scores) };
        const best = nabScore([series], profile);
        const others = [0, 1, 2, 3, 4].map((threshold) => nabScoreAt([series], profile, threshold));
        expect(best.score).toBeCloseTo(Math.max(0, ...others), 9);
      }),
    );
  });
});

test('a window counts once, by its first flagged row, and late is worth less', () => {
  const early = standardAt([1010, 3000]);
  expect(standardAt([1010, 1040, 1090, 3000])).toBe(early);
  expect(standardAt([1090, 3000])).toBeLessThan(early);
  expect(standardAt([1099, 3000])).toBeGreaterThan(standardAt([3000]));
});

test('a row inside a window is worth σ of its place in it', () => {
  const y = -(1099 - 1050 + 1) / 100;
  const worth = (2 / (1 + Math.exp(5 * y)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
  expect(standardAt([1050, 3000])).toBeCloseTo((100 * (worth + 1 + 2)) / 4, 9);
});

test('a false alarm costs 0.11, less soon after a window', () => {
  expect(standardAt([1000, 3000, 900])).toBeCloseTo(100 - (100 * 0.11) / 4, 9);
  expect(standardAt([1000, 3000, 2500])).toBeCloseTo(100 - (100 * 0.11) / 4, 9);
  const y = 20 / 99;
  expect(standardAt([1000, 3000, 1119])).toBeCloseTo(100 + (25 * 0.11 * (2 / (1 + Math.exp(5 * y)) - 1)) / 1, 9);
});

test('rows on probation neither help nor cost', () => {
  expect(standardAt([0, 10, 749, 1000, 3000])).toBe(100);
  expect(standardAt([750, 1000, 3000])).toBeLessThan(100);
});

test('one threshold holds for the whole corpus', () => {
  const loud = { ...flaggedSeries(5000, windows, []), scores: new Float64Array(5000).fill(2) };
  const exact = flaggedSeries(5000, windows, [1000, 3000]);
  expect(nabScore([exact], profiles.standard).score).toBe(100);
  expect(nabScore([exact, loud], profiles.standard).score).toBe(0);
});
