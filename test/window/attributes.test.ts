import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/event/observation.ts';
import type { Windows } from '../../src/window/contract.ts';
import { made, of } from './world.ts';

const paid = (timeMs: number, value: number, to: string): Observation => ({
  ...of('s', timeMs, value),
  attributes: [to],
});
const attributesOf = (windows: Windows) => windows.take().map(({ attributes }) => attributes);

describe('attributes in windows of one event', () => {
  test('leave with their row', () => {
    const windows = made(undefined);
    windows.push(paid(5, 1, 'shop'));
    expect(attributesOf(windows)).toEqual([['shop']]);
  });

  test('make two observations of one time and one value two', () => {
    const windows = made(undefined);
    expect(['shop', 'shop', 'bar'].map((to) => windows.push(paid(5, 1, to)))).toEqual([
      'accepted',
      'duplicate',
      'accepted',
    ]);
    const waiting = made({ kind: 'event', out_of_orderness: '10ms' });
    expect(['shop', 'bar', 'shop'].map((to) => waiting.push(paid(5, 1, to)))).toEqual([
      'accepted',
      'accepted',
      'duplicate',
    ]);
  });

  test('come back with what is pending, and with the last row, from a snapshot', () => {
    const options = { kind: 'event', out_of_orderness: '10ms' };
    const windows = made(options);
    windows.push(paid(5, 1, 'shop'));
    windows.push(paid(20, 1, 'bar'));
    expect(attributesOf(windows)).toEqual([['shop']]);
    const again = made(options);
    again.restore('s', windows.snapshot('s') ?? null);
    again.restoreClock(windows.clock());
    expect(again.push(paid(5, 1, 'shop'))).toBe('duplicate');
    again.push(paid(40, 1, 'café'));
    expect(attributesOf(again)).toEqual([['bar']]);
  });
});
