import { describe, expect, test } from 'vitest';
import { at, made, of, pushAll } from './world.ts';

const DAY = 86_400_000;
const accepted = 'accepted';
const leap = 'time-leap';

describe('the watermark', () => {
  test('is the newest event time less what may be out of order, and never goes back', () => {
    const windows = made({ kind: 'event', out_of_orderness: '10ms' });
    expect(windows.watermark).toBe(Number.NEGATIVE_INFINITY);
    windows.push(at(100, 1));
    expect(windows.watermark).toBe(90);
    windows.push(at(95, 1));
    windows.tick(50);
    expect(windows.watermark).toBe(90);
    windows.tick(120);
    expect(windows.watermark).toBe(110);
  });
});

describe('a time that leaps ahead', () => {
  test('is set aside, and what comes after it is not late', () => {
    const windows = made({ kind: 'tumbling', size: '1h', max_leap: '2d' });
    expect(pushAll(windows, [at(0, 1), at(2 * DAY + 1, 1), at(1, 2), at(2 * DAY, 1)])).toEqual([
      accepted,
      leap,
      accepted,
      accepted,
    ]);
  });

  test('is believed the third time in a row, whatever the series', () => {
    const windows = made({ kind: 'event', max_leap: '2d' });
    const observations = [
      at(0, 1),
      of('a', 10 * DAY, 1),
      of('b', 11 * DAY, 1),
      of('c', 9 * DAY, 1),
      of('d', 10 * DAY, 1),
    ];
    expect(pushAll(windows, observations)).toEqual([accepted, leap, leap, accepted, accepted]);
    expect(windows.watermark).toBe(10 * DAY);
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
});
