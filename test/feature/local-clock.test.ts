import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import { dayOfWeek, LocalClock, timeOfDay } from '../../src/feature/local-clock.ts';

const wall = (zone: string, utc: string): string => new Date(new LocalClock(zone).local(Date.parse(utc))).toISOString();

describe('daylight saving', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59:59.999Z'],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', '2026-10-25T02:59:59.999Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'],
    ['America/New_York', '2026-03-08T06:59:59.999Z', '2026-03-08T01:59:59.999Z'],
    ['America/New_York', '2026-03-08T07:00:00.000Z', '2026-03-08T03:00:00.000Z'],
    ['America/New_York', '2026-11-01T05:59:59.999Z', '2026-11-01T01:59:59.999Z'],
    ['America/New_York', '2026-11-01T06:00:00.000Z', '2026-11-01T01:00:00.000Z'],
  ])('in %s, %s is %s on the wall', (zone, utc, local) => {
    expect(wall(zone, utc)).toBe(local);
  });

  test.each(['Europe/Berlin', 'America/New_York'])('in %s the wall says what the calendar of the zone says', (zone) => {
    const clock = new LocalClock(zone);
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium', dateStyle: 'short' });
    const inUtc = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'medium', dateStyle: 'short' });
    const time = fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2037-12-31') });
    fc.assert(
      fc.property(time, (utc) => {
        expect(inUtc.format(clock.local(utc))).toBe(format.format(utc));
      }),
    );
  });
});

test.each([
  ['Asia/Kathmandu', '2026-06-01T00:00:00.000Z', '2026-06-01T05:45:00.000Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', '2026-04-05T01:30:00.000Z'],
  ['UTC', '0044-03-15T12:00:00.000Z', '0044-03-15T12:00:00.000Z'],
  ['UTC', '-000043-03-15T12:00:00.000Z', '-000043-03-15T12:00:00.000Z'],
])('in %s, %s is %s: offsets of a quarter of an hour, changes of half an hour, far years', (zone, utc, local) => {
  expect(wall(zone, utc)).toBe(local);
});

test('an unknown zone is refused', () => {
  expect(() => new LocalClock('Mars/Olympus')).toThrow(RangeError);
});

test('the time of day and the day of the week are shares that begin again', () => {
  const days = fc.integer({ min: -30_000, max: 30_000 });
  const minutes = fc.integer({ min: 0, max: 1439 });
  fc.assert(
    fc.property(days, minutes, (day, minute) => {
      const local = day * DAY_MS + minute * MINUTE_MS;
      expect(timeOfDay(local)).toBeCloseTo(minute / 1440, 9);
      expect(dayOfWeek(local)).toBeCloseTo(dayOfWeek(local + 7 * DAY_MS), 9);
      expect(dayOfWeek(local)).toBeGreaterThanOrEqual(0);
      expect(dayOfWeek(local)).toBeLessThan(1);
    }),
  );
  expect(dayOfWeek(Date.UTC(2026, 0, 1))).toBe(0);
  expect(dayOfWeek(Date.UTC(2026, 0, 2, 12))).toBeCloseTo(1.5 / 7, 12);
  expect(timeOfDay(6 * HOUR_MS)).toBe(0.25);
});
