import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWeekend, newYorkMoment, newYorkTime } from '../../src/simulate/local-time.ts';

const wall = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

function shown(timeMs: number): string {
  const { day, hour } = newYorkTime(timeMs);
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  const minutes = Math.floor(hour * 60 + 1e-6);
  return `${date}, ${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

test('the wall clock is the one of the time zone database, from 2007 on', () => {
  const moment = fc.integer({ min: Date.UTC(2007, 5, 1) / 60_000, max: Date.UTC(2037, 0, 1) / 60_000 });
  fc.assert(
    fc.property(moment, (minute) => {
      expect(shown(minute * 60_000)).toBe(wall.format(minute * 60_000));
    }),
    { seed: 1 },
  );
});

test.each([
  '2026-03-08T06:59:00Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T05:59:00Z',
  '2026-11-01T06:00:00Z',
  '2024-02-29T12:00:00Z',
])('%s, at the edge of daylight saving, too', (text) => {
  expect(shown(Date.parse(text))).toBe(wall.format(Date.parse(text)));
});

test('a moment by the wall clock is where the wall clock shows it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 13_700, max: 24_000 }), fc.integer({ min: 3, max: 23 }), (day, hour) => {
      const local = newYorkTime(newYorkMoment(day, hour));
      expect([local.day, local.hour]).toEqual([day, hour]);
    }),
    { seed: 1 },
  );
});

test('Saturday and Sunday are the weekend', () => {
  const days = [...'1234567'].map((day) => isWeekend(newYorkTime(Date.parse(`2026-01-0${day}T17:00:00Z`))));
  expect(days).toEqual([false, false, true, true, false, false, false]);
});
