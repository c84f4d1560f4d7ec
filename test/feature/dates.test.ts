import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/event/time.ts';
import { parseDate, parseDates, parseSpecialDates, parseTimeOfDay, weekdayOf } from '../../src/feature/dates.ts';

test('a date is a day since 1970, and its day of the week', () => {
  const days = fc.integer({ min: -100_000, max: 100_000 });
  fc.assert(
    fc.property(days, (day) => {
      const date = new Date(day * DAY_MS);
      expect(parseDate(date.toISOString().slice(0, 10))).toBe(day);
      expect(weekdayOf(day)).toBe(date.getUTCDay());
    }),
  );
});

test.each(['2026-02-29', '2026-13-01', '2026-1-1', '26-01-01', '2026-01-01T00:00', 'christmas', ''])(
  '%j is no date',
  (text) => {
    expect(parseDate(text)).toBeUndefined();
  },
);

test('a range has both its ends, and does not run backwards', () => {
  const day = Date.UTC(2026, 11, 24) / DAY_MS;
  expect(parseDates('2026-12-24..2027-01-01')).toEqual({ first: day, last: day + 8 });
  expect(parseDates('2026-12-24')).toEqual({ first: day, last: day });
  for (const text of [
    '2026-12-24..2026-12-23',
    '2026-12-24..',
    '..2026-12-24',
    '2026-12-24..2026-12-25..2026-12-26',
    '0001-01-01..9999-01-01',
  ]) {
    expect(parseDates(text), text).toBeUndefined();
  }
});

test('a special day is like a Sunday if nothing else is said', () => {
  expect(parseSpecialDates('2026-12-25')).toMatchObject({ weekday: 0 });
  expect(parseSpecialDates('2026-12-24..2026-12-25 as saturday')).toMatchObject({ weekday: 6 });
  for (const text of ['2026-12-25 as sonday', 'as sunday', '2026-12-25 as '])
    expect(parseSpecialDates(text), text).toBeUndefined();
});

test('a time of day ends at 24:00', () => {
  expect(['0:00', '9:30', '09:30', '24:00'].map(parseTimeOfDay)).toEqual([0, 34_200_000, 34_200_000, DAY_MS]);
  for (const text of ['24:01', '9', '9:60', '9:5', '9.30', 'noon']) expect(parseTimeOfDay(text), text).toBeUndefined();
});
