import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmLevel, budget, toScore } from '../../src/calibrate/budget.ts';

describe('a budget', () => {
  test('is alerts over a period, of the stream or of each series', () => {
    expect(budget.parse('3/week')).toEqual({ perWeek: 3, per: 'stream' });
    expect(budget.parse('1/day')).toEqual({ perWeek: 7, per: 'stream' });
    expect(budget.parse('0.5/hour/series')).toEqual({ perWeek: 84, per: 'series' });
    expect(budget.parse('2/month').perWeek).toBeCloseTo(0.46, 2);
  });

  test.each(['', '3', '3 / week', 'week', '-1/week', '3/weeks', '0/day', '3/week/home', '1e3/day', '3/toString'])(
    '%j is refused',
    (text) => {
      expect(budget.safeParse(text).success).toBe(false);
    },
  );
});

test('the alarm level is 1.4·b·100 over the rows of a week', () => {
  expect(alarmLevel(1, 2016)).toBeCloseTo(140 / 2016, 12);
  expect(alarmLevel(0.25, 10_080)).toBeCloseTo(35 / 10_080, 12);
});

test('without a budget, or a known rate, the alarm level is 0.08', () => {
  expect(alarmLevel(undefined, 2016)).toBe(0.08);
  expect(alarmLevel(1, 0)).toBe(0.08);
  expect(alarmLevel(1, Number.NaN)).toBe(0.08);
});

test('a rich budget stops at 0.5 and a poor one above 0', () => {
  expect(alarmLevel(1e6, 10)).toBe(0.5);
  expect(alarmLevel(1e-9, 1e12)).toBe(1e-12);
});

test('a score is half where p is the alarm level, and within 0 and 1', () => {
  const probability = fc.double({ noNaN: true, min: 1e-300, max: 1 });
  fc.assert(
    fc.property(probability, fc.double({ noNaN: true, min: 1e-12, max: 0.5 }), (p, alarm) => {
      const score = toScore(p, alarm);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(score >= 0.5).toBe(p <= alarm);
    }),
  );
});
