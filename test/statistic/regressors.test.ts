import { describe, expect, test } from 'vitest';
import { type Regressors, regressors, writeCalendar } from '../../src/statistic/regressors.ts';

function sure(channels: number, calendar: boolean): Regressors {
  const set = regressors(channels, calendar);
  if (set === undefined) throw new Error('there is no set');
  return set;
}

describe('a set of regressors', () => {
  test.each([
    [2, 7, 1],
    [4, 7, 6],
    [8, 7, 0],
    [20, 3, 0],
    [60, 1, 0],
  ])('of %i channels has %i terms a channel and %i pairs, so that it fits', (channels, terms, pairs) => {
    const set = sure(channels, true);
    expect(set.terms).toBe(terms);
    expect(set.pairs).toHaveLength(pairs);
    expect(set.size).toBe(channels * terms + 2 * pairs + 10);
    expect(set.size).toBeLessThanOrEqual(96);
  });

  test('is none where the channels are too many, or one that has no calendar', () => {
    expect(regressors(200, false)).toBeUndefined();
    expect(regressors(1, false)).toBeUndefined();
    expect(sure(1, true).others[0]).toHaveLength(10);
  });

  test('lets no term of a channel explain it, and every other one', () => {
    const { others, terms, pairs, firstPair, firstCalendar, size } = sure(4, true);
    others.forEach((places, channel) => {
      const left = [...places];
      for (let term = 0; term < firstPair; term++)
        expect(left.includes(term)).toBe(Math.floor(term / terms) !== channel);
      pairs.forEach(([a, b], p) => {
        const apart = a !== channel && b !== channel;
        for (const k of [0, 1]) expect(left.includes(firstPair + 2 * p + k)).toBe(apart);
      });
      for (let term = firstCalendar; term < size; term++) expect(left).toContain(term);
    });
  });
});

test('the calendar goes round once a day, and is another on days of rest', () => {
  const written = (day: number, weekend: number) => {
    const out = new Float64Array(10).fill(9);
    writeCalendar(out, 1, day, weekend);
    return [...out];
  };
  const midnight = [9, 0, 1, 0, 1, 0, 1, 0, 0, 0];
  written(0, 0).forEach((term, i) => {
    expect(term).toBeCloseTo(midnight[i], 12);
  });
  written(1, 0).forEach((term, i) => {
    expect(term).toBeCloseTo(midnight[i], 12);
  });
  const six = [9, 1, 0, 0, -1, -1, 0, 1, 0, 1];
  written(0.25, 1).forEach((term, i) => {
    expect(term).toBeCloseTo(six[i], 12);
  });
});
