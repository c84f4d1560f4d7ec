import { describe, expect, test } from 'vitest';
import { advance, at, lines, made, of, pushAll } from './world.ts';

describe('windows of one event', () => {
  test('are the default, and give a row at once', () => {
    const windows = made(undefined);
    expect(windows.push(at(5, 1))).toBe('accepted');
    expect(lines(windows.take())).toEqual(['s [5, 5) 1']);
    expect(windows.take()).toEqual([]);
  });

  test('refuse what is older than the last row of its series', () => {
    const windows = made(undefined);
    expect(pushAll(windows, [at(5, 1), at(4, 1), at(6, 1)])).toEqual(['accepted', 'late', 'accepted']);
    expect(lines(windows.take())).toEqual(['s [5, 5) 1', 's [6, 6) 1']);
  });

  test('take a series that is behind another: files may come one after another', () => {
    const windows = made(undefined);
    expect(pushAll(windows, [of('b', 100, 1), of('a', 5, 1), of('a', 6, 1)])).toEqual(Array(3).fill('accepted'));
    expect(lines(windows.take())).toEqual(['b [100, 100) 1', 'a [5, 5) 1', 'a [6, 6) 1']);
    expect(windows.watermark).toBe(100);
  });

  test('refuse a repetition, and keep other values at the same time', () => {
    const windows = made(undefined);
    const missing = Number.NaN;
    expect(pushAll(windows, [at(5, missing), at(5, missing), at(5, 2), at(6, 2)])).toEqual([
      'accepted',
      'duplicate',
      'accepted',
      'accepted',
    ]);
    expect(lines(windows.take())).toEqual(['s [5, 5) NaN', 's [5, 5) 2', 's [6, 6) 2']);
  });

  test('leave in the order of event time, ties in the order of arrival, where things may be out of order', () => {
    const windows = made({ kind: 'event', out_of_orderness: '10ms' });
    pushAll(windows, [of('b', 8, 1), of('a', 5, 2), of('a', 8, 3), of('b', 5, 4), of('b', 8, 5)]);
    expect(windows.take()).toEqual([]);
    advance(windows, 15);
    expect(lines(windows.take())).toEqual(['a [5, 5) 2', 'b [5, 5) 4']);
    advance(windows, 18);
    expect(lines(windows.take())).toEqual(['b [8, 8) 1', 'a [8, 8) 3', 'b [8, 8) 5']);
  });

  test('refuse a repetition of anything that still waits', () => {
    const windows = made({ kind: 'event', out_of_orderness: '10ms' });
    expect(pushAll(windows, [at(5, 1), at(5, 2), at(6, 1), at(5, 1)])).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'duplicate',
    ]);
  });

  test('keep repetitions where the data is said to repeat itself, at once or after a wait', () => {
    for (const wait of ['0ms', '10ms']) {
      const windows = made({ kind: 'event', repeats: 'keep', out_of_orderness: wait });
      expect(pushAll(windows, [at(5, 1), at(5, 1), at(5, 1), at(6, 1)])).toEqual(Array(4).fill('accepted'));
      advance(windows, 16);
      expect(lines(windows.take())).toEqual(['s [5, 5) 1', 's [5, 5) 1', 's [5, 5) 1', 's [6, 6) 1']);
    }
  });

  test('wait for the lateness too', () => {
    const windows = made({ kind: 'event', lateness: '3ms' });
    pushAll(windows, [at(5, 1), at(7, 1)]);
    expect(windows.take()).toEqual([]);
    windows.push(at(8, 1));
    expect(lines(windows.take())).toEqual(['s [5, 5) 1']);
    expect(windows.push(at(4, 1))).toBe('late');
  });
});
