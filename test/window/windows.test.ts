import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { windows as windowsOf } from '../../src/window/windows.ts';
import { advance, at, channels, lines, made, of, options, pushAll } from './world.ts';

describe('what changed', () => {
  test('is each series of which something came since it was settled, once', () => {
    const windows = made(undefined);
    pushAll(windows, [of('a', 1, 1), of('b', 1, 1), of('a', 2, 1)]);
    expect([...windows.changed()]).toEqual(['a', 'b']);
    windows.settle();
    windows.push(of('b', 1, 1));
    expect([...windows.changed()]).toEqual([]);
    windows.push(of('b', 2, 1));
    expect([...windows.changed()]).toEqual(['b']);
  });

  test('includes a series whose window another one closed', () => {
    const windows = made({ kind: 'tumbling', size: '10ms' });
    windows.push(of('a', 1, 1));
    windows.settle();
    pushAll(windows, [of('b', 10, 1), of('c', 10, 1)]);
    expect([...windows.changed()].sort()).toEqual(['a', 'b', 'c']);
  });

  test('includes what was forgotten, which has no snapshot', () => {
    const windows = made(undefined);
    windows.push(of('a', 1, 1));
    windows.settle();
    windows.forget('a');
    windows.forget('never seen');
    expect([...windows.changed()]).toEqual(['a']);
    expect(windows.snapshot('a')).toBeUndefined();
  });
});

describe('a forgotten series', () => {
  test('leaves no row, and begins anew', () => {
    const windows = made({ kind: 'tumbling', size: '10ms' });
    windows.push(at(1, 1));
    windows.forget('s');
    windows.push(at(2, 5));
    advance(windows, 10);
    expect(lines(windows.take())).toEqual(['s [0, 10) 5']);
  });

  test('leaves no row of what waited', () => {
    const windows = made({ kind: 'event', out_of_orderness: '5ms' });
    windows.push(at(1, 1));
    windows.forget('s');
    windows.push(at(1, 2));
    advance(windows, 10);
    expect(lines(windows.take())).toEqual(['s [1, 1) 2']);
  });
});

describe('a snapshot', () => {
  test('of a series with nothing open is its last time and values alone', () => {
    const windows = made(undefined);
    windows.push(at(5, 1));
    const values = new Uint8Array(Float64Array.of(1).buffer);
    expect(windows.snapshot('s')).toEqual({
      latest: 5,
      previous: { time: 5, values },
      silent: null,
      open: null,
    });
  });

  test('waits until the rows are taken', () => {
    const windows = made(undefined);
    windows.push(at(5, 1));
    expect(() => windows.clock()).toThrow('taken before');
  });

  test('of other windows or other channels is refused', () => {
    const first = made({ kind: 'tumbling', size: '10ms' });
    first.push(at(5, 1));
    const series = first.snapshot('s') ?? null;
    const clock = first.clock();
    const others = [
      made(undefined),
      made({ kind: 'tumbling', size: '10ms' }, 'mean', 'mean'),
      made({ kind: 'tumbling', size: '10ms' }, 'median'),
      made({ kind: 'tumbling', size: '7ms' }),
    ];
    const moved = made({ kind: 'tumbling', size: '10ms' });
    moved.push(at(15, 1));
    for (const other of others) {
      expect(() => other.restore('s', moved.snapshot('s') ?? null)).toThrow(
        expect.objectContaining({ code: 'state/foreign' }),
      );
    }
    expect(() => made(undefined).restoreClock(clock)).toThrow(Failure);
    for (const plain of [null, 3, {}, { ...Object(series), silent: true }]) {
      expect(() => first.restore('s', plain)).toThrow(Failure);
      expect(() => first.restoreClock(plain)).toThrow(Failure);
    }
  });
});

describe('options', () => {
  test('are one event a row by default', () => {
    expect(options(undefined)).toEqual({
      kind: 'event',
      lateness: 0,
      out_of_orderness: 0,
      gap: { live_within: 86_400_000 },
      repeats: 'drop',
    });
    expect(windowsOf(options(undefined), channels('mean')).watermark).toBe(Number.NEGATIVE_INFINITY);
  });

  test.each([
    [{ kind: 'sliding' }, 'Invalid'],
    [{ kind: 'tumbling' }, 'size'],
    [{ kind: 'tumbling', size: '0s' }, 'at least 1ms'],
    [{ kind: 'tumbling', size: '0.5ms' }, 'at least 1ms'],
    [{ kind: 'hopping', size: '5m', hop: '6m' }, 'at most the size'],
    [{ kind: 'hopping', size: '5m', hop: '1ms' }, '1000th'],
    [{ kind: 'event', gap: { policy: 'zero' } }, 'Unrecognized'],
  ])('refuse %j', (yaml, message) => {
    expect(() => options(yaml)).toThrow(message);
  });
});
