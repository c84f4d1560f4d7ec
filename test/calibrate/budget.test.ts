import { describe, expect, test } from 'vitest';
import { budget } from '../../src/calibrate/budget.ts';

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
