import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../src/event/time.ts';
import { Calendar } from '../../src/feature/calendar.ts';
import { dayOfWeek } from '../../src/feature/local-clock.ts';
import { featureOptions } from '../../src/feature/options.ts';

const EXCHANGE = {
  zone: 'America/New_York',
  open: '9:30',
  close: '16:00',
  holidays: ['2026-12-25'],
  half_days: { '2026-12-24': '13:00' },
};
const calendar = (options: object) => new Calendar(featureOptions.parse(options));
const utc = (text: string): number => Date.parse(text);
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

describe('without special days and sessions', () => {
  const plain = calendar({ zone: 'Europe/Berlin' });

  test('a moment has its share of the local day and week, and whether it is a weekend', () => {
    const saturday = plain.at(utc('2026-11-28T05:00Z'));
    expect(saturday).toMatchObject({ day: 0.25, weekday: 6, weekend: 1, special: 0, session: 0, remembered: true });
    expect(saturday.week).toBe(dayOfWeek(saturday.localMs));
    expect(plain.at(utc('2026-11-27T22:59:59Z'))).toMatchObject({ weekday: 5, weekend: 0 });
  });

  test('time is event time', () => {
    const [from, to] = [utc('2026-11-27T22:00Z'), utc('2026-11-30T09:00Z')];
    expect(plain.elapsed(from, to)).toBe(to - from);
    expect([plain.isOpen(from, from), plain.isBroken(from, to), plain.weekMs]).toEqual([true, false, WEEK_MS]);
    expect(plain.after(from, HOUR_MS)).toBe(from + HOUR_MS);
    expect(plain.at(from).seasonMs).toBe(plain.local(from));
  });
});

describe('a special day', () => {
  const special_days = ['2026-12-25', '2026-12-28..2026-12-30', '2026-12-31 as saturday'];

  test('has the place in the week of the day that it behaves like', () => {
    const { at } = { at: (text: string) => ({ ...calendar({ special_days }).at(utc(text)) }) };
    expect(at('2026-12-25T12:00Z')).toMatchObject({ weekday: 0, weekend: 1, special: 1, day: 0.5 });
    expect(at('2026-12-25T12:00Z').week).toBeCloseTo(at('2026-12-20T12:00Z').week, 12);
    expect(at('2026-12-31T12:00Z').week).toBeCloseTo(at('2026-12-26T12:00Z').week, 12);
    expect(['27', '28', '29', '30'].map((day) => at(`2026-12-${day}T00:00Z`).special)).toEqual([0, 1, 1, 1]);
    expect(at('2026-12-24T23:59Z')).toMatchObject({ weekday: 4, weekend: 0, special: 0 });
  });

  test('begins and ends at midnight of the zone', () => {
    const { at } = { at: (text: string) => calendar({ special_days, zone: 'Asia/Tokyo' }).at(utc(text)).special };
    expect(['24T14:59Z', '24T15:00Z', '25T14:59Z', '25T15:00Z'].map((time) => at(`2026-12-${time}`))).toEqual([
      0, 1, 1, 0,
    ]);
  });

  test('looks back to the last day of its kind where the season is a week, and is not remembered', () => {
    const weekly = calendar({ special_days, season: '1w' });
    const { seasonMs, remembered } = weekly.at(utc('2026-12-25T12:00Z'));
    expect([iso(seasonMs - WEEK_MS), remembered]).toEqual(['2026-12-20T12:00:00.000Z', false]);
    expect(weekly.at(utc('2026-12-26T12:00Z'))).toMatchObject({ seasonMs: utc('2026-12-26T12:00Z'), remembered: true });
  });

  test('looks back one day where the season is a day', () => {
    const at = utc('2026-12-25T12:00Z');
    expect(calendar({ special_days }).at(at)).toMatchObject({ seasonMs: at, remembered: true });
  });
});

describe('sessions', () => {
  const exchange = calendar({ sessions: EXCHANGE, zone: 'America/New_York' });

  test.each([
    ['a minute of a session', '2026-11-30T15:00Z', '2026-11-30T15:01Z', 1],
    ['a night', '2026-11-30T20:59Z', '2026-12-01T14:30Z', 1],
    ['a weekend', '2026-11-27T20:59Z', '2026-11-30T14:31Z', 2],
    ['the night after a half day, and a holiday', '2026-12-24T17:59Z', '2026-12-28T14:30Z', 1],
    ['a whole night outside', '2026-11-30T21:30Z', '2026-12-01T14:00Z', 0],
    ['a week with a change of the clocks', '2026-10-30T14:00Z', '2026-11-06T15:00Z', 5 * 390],
    ['a half day', '2026-12-23T15:00Z', '2026-12-28T15:00Z', 390 + 210],
  ])('%s has the minutes that were open', (_, from, to, minutes) => {
    expect(exchange.elapsed(utc(from), utc(to)) / MINUTE_MS).toBeCloseTo(minutes, 6);
  });

  test('rows count from the open to the close, both included, on both sides of a change of the clocks', () => {
    const open = (text: string) => exchange.isOpen(utc(text), utc(text));
    expect(['14:29:59Z', '14:30Z', '21:00Z', '21:00:01Z'].map((time) => open(`2026-11-30T${time}`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(['13:29:59Z', '13:30Z', '20:00Z', '20:00:01Z'].map((time) => open(`2026-10-30T${time}`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([
      open('2026-12-24T18:00Z'),
      open('2026-12-24T18:01Z'),
      open('2026-12-25T16:00Z'),
      open('2026-11-28T16:00Z'),
    ]).toEqual([true, false, false, false]);
  });

  test('a window counts where some of it is open', () => {
    const open = (from: string, to: string) => exchange.isOpen(utc(`2026-11-30T${from}`), utc(`2026-11-30T${to}`));
    expect([
      open('14:29Z', '14:30Z'),
      open('14:30Z', '14:31Z'),
      open('20:59Z', '21:00Z'),
      open('21:00Z', '21:01Z'),
    ]).toEqual([false, true, true, false]);
    expect([open('14:00Z', '15:00Z'), open('20:30Z', '21:30Z'), open('22:00Z', '23:00Z')]).toEqual([true, true, false]);
  });

  test('a pause between two moments breaks them apart, and nothing else does', () => {
    expect(exchange.isBroken(utc('2026-11-30T20:59Z'), utc('2026-12-01T14:30Z'))).toBe(true);
    expect(exchange.isBroken(utc('2026-11-30T14:30Z'), utc('2026-11-30T21:00Z'))).toBe(false);
  });

  test('one day back on the clock of the season lies the same minute of the session before, whatever lies between', () => {
    const back = (now: string, then: string) => exchange.at(utc(now)).seasonMs - exchange.at(utc(then)).seasonMs;
    expect(back('2026-11-30T15:17Z', '2026-11-27T15:17Z')).toBeCloseTo(DAY_MS, 3);
    expect(back('2026-11-02T15:17Z', '2026-10-30T14:17Z')).toBeCloseTo(DAY_MS, 3);
    expect(back('2026-12-28T15:17Z', '2026-12-24T15:17Z')).toBeCloseTo(DAY_MS, 3);
    expect(back('2026-12-01T14:30Z', '2026-11-30T21:00Z')).toBeGreaterThan(DAY_MS / 300);
  });

  test('a moment has its share of the session, of a half day too', () => {
    const share = (text: string) => exchange.at(utc(text)).session;
    expect([share('2026-11-30T14:30Z'), share('2026-11-30T17:45Z'), share('2026-11-30T23:00Z')]).toEqual([0, 0.5, 1]);
    expect(share('2026-12-24T16:15Z')).toBe(0.5);
  });

  test.each([
    ['2026-11-30T15:00Z', 5, '2026-11-30T15:05:00.000Z'],
    ['2026-11-30T20:58Z', 5, '2026-12-01T14:33:00.000Z'],
    ['2026-11-30T20:58Z', 2, '2026-12-01T14:30:00.000Z'],
    ['2026-11-27T23:00Z', 390, '2026-12-01T14:30:00.000Z'],
  ])('after %s, more than %i minutes have been open only after %s', (from, minutes, until) => {
    expect(iso(exchange.after(utc(from), minutes * MINUTE_MS))).toBe(until);
  });

  test('a week has the time that is open in it', () => {
    expect(exchange.weekMs).toBe(5 * 390 * MINUTE_MS);
  });

  test('a session over midnight belongs to the day on which it opens', () => {
    const futures = calendar({ sessions: { days: ['sunday', 'monday'], open: '18:00', close: '17:00' } });
    expect(futures.elapsed(utc('2026-11-29T23:00Z'), utc('2026-11-30T01:00Z'))).toBe(2 * HOUR_MS);
    expect(futures.elapsed(utc('2026-11-30T16:00Z'), utc('2026-11-30T19:00Z'))).toBe(2 * HOUR_MS);
    expect(futures.isOpen(utc('2026-12-01T17:30Z'), utc('2026-12-01T17:30Z'))).toBe(false);
  });

  test('what is asked for between does not change an answer', () => {
    const days = Array.from({ length: 12 }, (_, day) => utc('2026-12-20T15:00Z') + day * DAY_MS);
    const once = days.map((day) => calendar({ sessions: EXCHANGE }).elapsed(0, day));
    const shared = calendar({ sessions: EXCHANGE });
    expect([...days].reverse().map((day) => shared.elapsed(0, day))).toEqual([...once].reverse());
    expect(once).toEqual([...once].sort((a, b) => a - b));
  });
});
