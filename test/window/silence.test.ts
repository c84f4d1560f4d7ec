import { describe, expect, test } from 'vitest';
import { made, of, pushAll } from './world.ts';

const silentAfter = { kind: 'event', gap: { silent_after: '10ms' } };

describe('a silent series', () => {
  test('is told of once, when the watermark is more than silent_after ahead of it', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 10, 1)]);
    expect(windows.silent()).toEqual([]);
    windows.push(of('b', 11, 1));
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0 }]);
    windows.push(of('b', 20, 1));
    expect(windows.silent()).toEqual([]);
  });

  test('is told of again after it spoke', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 11, 1), of('a', 12, 1)]);
    windows.tick(22);
    expect(windows.silent()).toEqual([
      { series: 'a', sinceMs: 0 },
      { series: 'b', sinceMs: 11 },
    ]);
    windows.tick(23);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 12 }]);
  });

  test('stays silent while all it says is old', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 50, 1), of('a', 1, 1), of('b', 51, 1), of('a', 2, 1), of('b', 52, 1)]);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0 }]);
  });

  test('is heard again once, with the silence that ends, and not by what is as old as the silence', () => {
    const windows = made({ ...silentAfter, lateness: '1m' });
    pushAll(windows, [of('a', 0, 1), of('b', 50, 1), of('a', 1, 1)]);
    expect(windows.heard()).toEqual([]);
    pushAll(windows, [of('a', 45, 1), of('a', 46, 1)]);
    expect(windows.heard()).toEqual([{ series: 'a', sinceMs: 0, timeMs: 45 }]);
    expect(windows.heard()).toEqual([]);
  });

  test('is told of by time and then by name', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('c', 0, 1), of('b', 0, 1), of('a', 1, 1)]);
    windows.tick(100);
    expect(windows.silent().map(({ series }) => series)).toEqual(['b', 'c', 'a']);
  });

  test('is not told of when it was forgotten', () => {
    const windows = made(silentAfter);
    windows.push(of('a', 0, 1));
    windows.forget('a');
    windows.tick(100);
    expect(windows.silent()).toEqual([]);
  });

  test('goes unnoticed unless asked for', () => {
    const windows = made(undefined);
    windows.push(of('a', 0, 1));
    windows.tick(1e9);
    expect(windows.silent()).toEqual([]);
  });
});
