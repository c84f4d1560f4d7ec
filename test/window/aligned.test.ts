import { describe, expect, test } from 'vitest';
import { advance, at, lines, made, of, pushAll } from './world.ts';

const tumbling = { kind: 'tumbling', size: '10ms' };

describe('tumbling windows', () => {
  test('close when the watermark passes their end plus the lateness, and not before', () => {
    const windows = made({ ...tumbling, lateness: '5ms' });
    pushAll(windows, [at(3, 1), at(7, 3)]);
    advance(windows, 14);
    expect(lines(windows.take())).toEqual([]);
    advance(windows, 15);
    expect(lines(windows.take())).toEqual(['s [0, 10) 2']);
    advance(windows, 99);
    expect(lines(windows.take())).toEqual([]);
  });

  test('hold their start and not their end', () => {
    const windows = made(tumbling, 'count');
    pushAll(windows, [at(-10, 1), at(-0.5, 1), at(0, 1), at(9.999, 1), at(10, 1), at(20, 1)]);
    expect(lines(windows.take())).toEqual(['s [-10, 0) 2', 's [0, 10) 2', 's [10, 20) 1']);
  });

  test('stay open for what is out of order within the bound', () => {
    const windows = made({ ...tumbling, out_of_orderness: '6ms' }, 'sum');
    expect(pushAll(windows, [at(1, 1), at(15, 10), at(4, 2), at(16, 20), at(9, 4)])).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'accepted',
      'late',
    ]);
    expect(windows.watermark).toBe(10);
    expect(lines(windows.take())).toEqual(['s [0, 10) 3']);
  });

  test('of several series close by end, and by name where they end together', () => {
    const windows = made({ ...tumbling, out_of_orderness: '20ms' });
    pushAll(windows, [of('c', 1, 1), of('a', 12, 2), of('b', 2, 3), of('a', 3, 4), of('c', 60, 5), of('d', 60, 6)]);
    expect(lines(windows.take())).toEqual(['a [0, 10) 4', 'b [0, 10) 3', 'c [0, 10) 1', 'a [10, 20) 2']);
  });

  test('aggregate each channel its own way', () => {
    const windows = made(tumbling, 'mean', 'last', 'min', 'max', 'sum', 'count', 'median');
    const row = (timeMs: number, value: number) => at(timeMs, ...Array<number>(7).fill(value));
    pushAll(windows, [row(1, 4), row(2, -1), row(8, 7), row(5, 2), row(3, 3), row(9, Number.NaN), row(10, 0)]);
    expect(lines(windows.take())).toEqual(['s [0, 10) 3 7 -1 7 15 5 3']);
  });

  test('give the mean of the middle two as the median of an even number', () => {
    const windows = made(tumbling, 'median');
    pushAll(windows, [at(1, 10), at(2, 9), at(3, 2), at(4, 100), at(10, 0)]);
    expect(lines(windows.take())).toEqual(['s [0, 10) 9.5']);
  });

  test('skip what is missing: a channel without any value is missing, and its count is 0', () => {
    const windows = made(tumbling, 'mean', 'last', 'min', 'max', 'sum', 'count', 'median');
    pushAll(windows, [at(1, ...Array<number>(7).fill(Number.NaN)), at(10, ...Array<number>(7).fill(1))]);
    expect(lines(windows.take())).toEqual(['s [0, 10) NaN NaN NaN NaN NaN 0 NaN']);
  });

  test('keep the digits that a plain sum loses', () => {
    const windows = made(tumbling, 'sum', 'mean');
    pushAll(windows, [at(1, 1e16, 1e16), at(2, 1, 1), at(3, 1, 1), at(4, -1e16, -1e16), at(10, 0, 0)]);
    expect(lines(windows.take())).toEqual(['s [0, 10) 2 0.5']);
  });

  test('refuse an observation that repeats the one before it', () => {
    const windows = made(tumbling, 'count');
    expect(pushAll(windows, [at(1, 5), at(1, 5), at(1, 6), at(10, 0)])).toEqual([
      'accepted',
      'duplicate',
      'accepted',
      'accepted',
    ]);
    expect(lines(windows.take())).toEqual(['s [0, 10) 2']);
  });
});

describe('hopping windows', () => {
  const hopping = { kind: 'hopping', size: '10ms', hop: '4ms' };

  test('overlap: an observation counts in each that holds it', () => {
    const windows = made(hopping, 'count');
    pushAll(windows, [at(0, 1), at(5, 1), at(9, 1)]);
    advance(windows, 30);
    expect(lines(windows.take())).toEqual(['s [-8, 2) 1', 's [-4, 6) 2', 's [0, 10) 3', 's [4, 14) 2', 's [8, 18) 1']);
  });

  test('take what is late for some of them into the others', () => {
    const windows = made(hopping, 'sum');
    advance(windows, 9);
    expect(pushAll(windows, [at(5, 1), at(-2, 1)])).toEqual(['accepted', 'late']);
    advance(windows, 30);
    expect(lines(windows.take())).toEqual(['s [0, 10) 1', 's [4, 14) 1']);
  });

  test('fill gaps hop by hop', () => {
    const windows = made({ ...hopping, hop: '5ms', gap: { policy: 'zero' } }, 'sum');
    pushAll(windows, [at(7, 2)]);
    advance(windows, 30);
    expect(lines(windows.take())).toEqual([
      's [0, 10) 2',
      's [5, 15) 2',
      's [10, 20) 0',
      's [15, 25) 0',
      's [20, 30) 0',
    ]);
  });
});

describe('gaps', () => {
  const gap = (policy: string, max_fill = 1000) => ({ ...tumbling, gap: { policy, max_fill } });
  const observations = [at(5, 7, 1), at(35, 9, 2), at(45, 9, 2)];

  test('are left alone by default', () => {
    const windows = made(tumbling, 'mean', 'count');
    pushAll(windows, observations);
    expect(lines(windows.take())).toEqual(['s [0, 10) 7 1', 's [30, 40) 9 1']);
  });

  test('carry the last known value, and count nothing', () => {
    const windows = made(gap('carry'), 'mean', 'count');
    pushAll(windows, observations);
    expect(lines(windows.take())).toEqual(['s [0, 10) 7 1', 's [10, 20) 7 0', 's [20, 30) 7 0', 's [30, 40) 9 1']);
  });

  test('carry past a row whose value was missing', () => {
    const windows = made(gap('carry'));
    pushAll(windows, [at(5, 7), at(15, Number.NaN)]);
    advance(windows, 30);
    expect(lines(windows.take())).toEqual(['s [0, 10) 7', 's [10, 20) NaN', 's [20, 30) 7']);
  });

  test('are zero where the policy says so', () => {
    const windows = made(gap('zero'), 'mean', 'count');
    pushAll(windows, observations);
    expect(lines(windows.take())).toEqual(['s [0, 10) 7 1', 's [10, 20) 0 0', 's [20, 30) 0 0', 's [30, 40) 9 1']);
  });

  test('are filled up to max_fill rows each', () => {
    const windows = made(gap('zero', 2));
    pushAll(windows, [at(5, 1), at(75, 2)]);
    advance(windows, 1_000);
    expect(lines(windows.take())).toEqual([
      's [0, 10) 1',
      's [10, 20) 0',
      's [20, 30) 0',
      's [70, 80) 2',
      's [80, 90) 0',
      's [90, 100) 0',
    ]);
  });

  test('take in what comes before their window closes', () => {
    const windows = made({ ...gap('zero'), lateness: '10ms' });
    pushAll(windows, [at(5, 1)]);
    advance(windows, 25);
    expect(windows.push(at(16, 4))).toBe('accepted');
    advance(windows, 40);
    expect(lines(windows.take())).toEqual(['s [0, 10) 1', 's [10, 20) 4', 's [20, 30) 0']);
  });
});
