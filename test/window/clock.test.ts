import { describe, expect, test } from 'vitest';
import type { Admission } from '../../src/event/observation.ts';
import { advance, at, made, of, pushAll } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const accepted = 'accepted';
const leap = 'time-leap';

/** What became of a record a minute of each of these series, `count` times from `fromMs` on; `shift` adds to the times of some. */
function fleet(
  windows: ReturnType<typeof made>,
  names: readonly string[],
  { fromMs = 0, count, shift = {} }: { fromMs?: number; count: number; shift?: Readonly<Record<string, number>> },
): readonly Admission[] {
  const found: Admission[] = [];
  for (let i = 0; i < count; i++) {
    for (const name of names) found.push(windows.push(of(name, fromMs + i * MINUTE + (shift[name] ?? 0), 1)));
  }
  return found;
}

describe('the watermark', () => {
  test('is event time less what may be out of order, and never goes back', () => {
    const windows = made({ kind: 'event', out_of_orderness: '10ms' });
    expect(windows.watermark).toBe(Number.NEGATIVE_INFINITY);
    windows.push(at(100, 1));
    expect(windows.watermark).toBe(90);
    windows.push(at(95, 1));
    advance(windows, 50);
    expect(windows.watermark).toBe(90);
    advance(windows, 120);
    expect(windows.watermark).toBe(110);
  });
});

describe('event time', () => {
  test('is what two series have reached, and of one series alone its newest', () => {
    const windows = made(undefined);
    windows.push(of('a', 10, 1));
    expect(windows.time).toBe(10);
    windows.push(of('b', 90, 1));
    expect(windows.time).toBe(10);
    windows.push(of('c', 50, 1));
    expect(windows.time).toBe(50);
    windows.push(of('a', 95, 1));
    expect(windows.time).toBe(90);
  });

  test.each([
    ['an hour', HOUR],
    ['eleven hours', 11 * HOUR],
    ['a day', DAY],
    ['a year', 365 * DAY],
  ])('is not moved by one clock that is %s ahead, always or once: nothing of the others is late', (_, aheadMs) => {
    for (const count of [1, 60]) {
      const windows = made({ kind: 'tumbling', size: '5m' });
      fleet(windows, ['a', 'b', 'c', 'd'], { count: 10 });
      fleet(windows, ['a', 'b', 'c', 'd'], { fromMs: 10 * MINUTE, count, shift: { c: aheadMs } });
      expect(windows.time).toBe((9 + count) * MINUTE);
      const after = fleet(windows, ['a', 'b', 'd'], { fromMs: (10 + count) * MINUTE, count: 60 });
      expect(new Set(after)).toEqual(new Set([accepted]));
      expect(windows.time).toBe((69 + count) * MINUTE);
    }
  });

  test('is not moved by a batch of one sender whose clock is wrong, however long', () => {
    const windows = made({ kind: 'tumbling', size: '5m' });
    fleet(windows, ['a', 'b', 'c'], { count: 10 });
    fleet(windows, ['c'], { fromMs: DAY, count: 100 });
    expect(windows.time).toBeLessThan(2 * HOUR);
  });

  test('begins where the second series says, if the first record of all is a day ahead', () => {
    const windows = made({ kind: 'tumbling', size: '5m' });
    windows.push(of('d', DAY, 1));
    expect(new Set(fleet(windows, ['a', 'b', 'c'], { count: 60 }))).toEqual(new Set([accepted]));
    expect(windows.time).toBe(59 * MINUTE);
  });

  test('follows the clock of the only series that still speaks, and its time in the end', () => {
    const windows = made(undefined);
    fleet(windows, ['a', 'b'], { count: 3, shift: { b: HOUR } });
    fleet(windows, ['b'], { fromMs: 3 * MINUTE, count: 61, shift: { b: HOUR } });
    expect(windows.time).toBe(63 * MINUTE);
    fleet(windows, ['b'], { fromMs: 64 * MINUTE, count: 12 * 60, shift: { b: HOUR } });
    expect(windows.time).toBe((63 + 12 * 60 + 60) * MINUTE);
  });
});

describe('a time that leaps ahead', () => {
  test('is refused, and what comes after it is not late', () => {
    const windows = made({ kind: 'tumbling', size: '1h', max_leap: '2d' });
    expect(pushAll(windows, [at(0, 1), at(2 * DAY + 1, 1), at(1, 2), at(2 * DAY, 1)])).toEqual([
      accepted,
      leap,
      accepted,
      accepted,
    ]);
  });

  test('is half a day where nothing is configured, and each of a clock that stays a day ahead is refused', () => {
    const windows = made(undefined);
    fleet(windows, ['a', 'b', 'c'], { count: 10 });
    const found = fleet(windows, ['a', 'b', 'c'], { fromMs: 10 * MINUTE, count: 50, shift: { c: DAY } });
    expect(found).toEqual(Array.from(found, (_, i) => (i % 3 === 2 ? leap : accepted)));
    expect(windows.push(of('c', 11 * HOUR, 1))).toBe(accepted);
  });

  test('is believed as soon as another series says the same: a fleet that slept loses one record', () => {
    const windows = made({ kind: 'tumbling', size: '5m' });
    fleet(windows, ['a', 'b', 'c'], { count: 10 });
    const found = fleet(windows, ['a', 'b', 'c'], { fromMs: 3 * DAY, count: 20 });
    expect(found).toEqual([leap, ...Array(59).fill(accepted)]);
  });

  test('is believed the third time in a row of one series', () => {
    const windows = made({ kind: 'event', max_leap: '2d' });
    const leaps = [of('a', 10 * DAY, 1), of('a', 11 * DAY, 1), of('a', 9 * DAY, 1), of('a', 11 * DAY, 1)];
    expect(pushAll(windows, [at(0, 1), ...leaps])).toEqual([accepted, leap, leap, accepted, accepted]);
  });

  test('starts a new count where it does not agree with the one before it', () => {
    const windows = made({ kind: 'event', max_leap: '2d' });
    const observations = [at(0, 1), at(10 * DAY, 1), at(20 * DAY, 1), at(20 * DAY, 2), at(20 * DAY, 3)];
    expect(pushAll(windows, observations)).toEqual([accepted, leap, leap, leap, accepted]);
  });

  test('starts a new count after one that did not leap', () => {
    const windows = made({ kind: 'event', max_leap: '2d' });
    const far = 10 * DAY;
    const observations = [at(0, 1), at(far, 1), at(far, 2), at(1, 1), at(far, 3), at(far, 4), at(far, 5)];
    expect(pushAll(windows, observations)).toEqual([accepted, leap, leap, accepted, leap, leap, accepted]);
  });

  test('is no leap where it is the first of all', () => {
    expect(made(undefined).push(at(1e14, 1))).toBe(accepted);
  });

  test('is no leap where the stream always steps as far: a row a day, and a market that sleeps at night', () => {
    const daily = made(undefined);
    for (let day = 0; day < 140; day++) {
      expect(pushAll(daily, [of('north', day * DAY, 1), of('south', day * DAY, 1)])).toEqual([accepted, accepted]);
    }
    const market = made(undefined);
    const refused: number[] = [];
    for (let day = 0; day < 28; day++) {
      if (day % 7 >= 5) continue;
      const found = fleet(market, ['x', 'y'], { fromMs: day * DAY + 9.5 * HOUR, count: 390 });
      if (found.includes(leap)) refused.push(day);
    }
    expect(refused).toEqual([1]);
  });
});

describe('a record that says when it arrived', () => {
  const NOW = 1_000 * DAY;
  const live = () => {
    const windows = made(undefined);
    for (let i = 0; i < 10; i++) windows.push(of(i % 2 === 0 ? 'a' : 'b', NOW + i * MINUTE, 1), NOW + i * MINUTE);
    return windows;
  };

  test('is believed after however long a silence, if it is of the time at which it came', () => {
    const windows = live();
    expect(windows.push(of('a', NOW + 30 * DAY, 1), NOW + 30 * DAY + HOUR)).toBe(accepted);
    expect(windows.push(of('b', NOW + 30 * DAY, 1), NOW + 30 * DAY + HOUR)).toBe(accepted);
    expect(windows.time).toBe(NOW + 30 * DAY);
  });

  test('is refused for good if it is far ahead of that, whoever agrees', () => {
    const windows = live();
    for (const series of ['a', 'b', 'c', 'c', 'c', 'c']) {
      expect(windows.push(of(series, NOW + DAY, 1), NOW + 11 * MINUTE)).toBe(leap);
    }
    expect(windows.push(of('a', NOW + 12 * MINUTE, 1), NOW + 12 * MINUTE)).toBe(accepted);
  });

  test('may be of any time in history, and of a simulation that is ahead of the wall clock', () => {
    const [past, ahead] = [made(undefined), made(undefined)];
    for (let i = 0; i < 100; i++) {
      const series = i % 2 === 0 ? 'a' : 'b';
      expect(past.push(of(series, i * HOUR, 1), NOW)).toBe(accepted);
      expect(ahead.push(of(series, NOW - 20 * HOUR + i * HOUR, 1), NOW)).toBe(accepted);
    }
  });
});
