import { expect, test } from 'vitest';
import { Recording } from '../../src/bundle/recording.ts';
import type { Observation } from '../../src/event/observation.ts';

const observed = (series: string, timeMs: number, ...values: number[]): Observation => {
  return { series, timeMs, values: Float64Array.from(values) };
};

test('a recording gives back what was taken in, in order: observations, arrivals, attributes, ticks and answers', () => {
  const recording = new Recording(2, 10_000);
  const first = { ...observed('a', 1.5, 7, Number.NaN), attributes: ['x', ''] };
  recording.observed(first, undefined);
  recording.ticked(99);
  recording.answered({ undo: 'an alert' });
  recording.observed(observed('b', 2, -0, 1e300), 5);
  expect([...recording.copy()]).toEqual([
    { observation: first, arrivedMs: undefined },
    { silentMs: 99 },
    { answer: { undo: 'an alert' } },
    { observation: { ...observed('b', 2, -0, 1e300), attributes: undefined }, arrivedMs: 5 },
  ]);
});

test('it keeps more than it first has room for, and a copy does not change with it', () => {
  const recording = new Recording(1, 10_000);
  for (let n = 0; n < 5_000; n++) recording.observed(observed(`s${n % 7}`, n, n / 3), n);
  const copy = recording.copy();
  recording.clear();
  recording.observed(observed('other', 0, 0), 0);
  const all = [...copy];
  expect(all).toHaveLength(5_000);
  expect(all[4_999]).toEqual({
    observation: { ...observed(`s${4_999 % 7}`, 4_999, 4_999 / 3), attributes: undefined },
    arrivedMs: 4_999,
  });
  expect([...recording.copy()]).toHaveLength(1);
});

test('beyond its most it is full, and says so until it is cleared', () => {
  const recording = new Recording(1, 2);
  for (let n = 0; n < 2; n++) recording.ticked(n);
  expect(recording.isFull).toBe(false);
  recording.ticked(3);
  expect([recording.isFull, recording.size]).toEqual([true, 2]);
  recording.clear();
  expect([recording.isFull, recording.size]).toEqual([false, 0]);
});
