import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Interval } from '../../src/feature/interval.ts';
import { Columns } from '../../src/series/columns.ts';

function after(times: readonly number[]) {
  const columns = new Columns();
  const interval = new Interval(columns);
  const slot = columns.allocate();
  for (const time of times) interval.update(slot, time);
  return { median: interval.median(slot), rows: interval.rows(slot), last: interval.last(slot) };
}

test('there is no interval before the second row', () => {
  expect(after([]).median).toBe(0);
  expect(after([1e12]).median).toBe(0);
  expect(after([1e12, 1e12 + 60_000])).toEqual({ median: 60_000, rows: 2, last: 1e12 + 60_000 });
});

test('a pause does not count as the sampling interval', () => {
  expect(after([0, 10, 20, 30, 10_000, 10_010]).median).toBe(10);
});

test('a step counts for as much as is said', () => {
  const columns = new Columns();
  const interval = new Interval(columns);
  const slot = columns.allocate();
  for (const time of [0, 60_000, 72_000_000]) interval.update(slot, time, time === 0 ? 0 : 60_000);
  expect([interval.median(slot), interval.last(slot)]).toEqual([60_000, 72_000_000]);
});

test('it is the median of the last nine steps, whatever came before', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 9, maxLength: 40 });
  fc.assert(
    fc.property(steps, (taken) => {
      let now = 0;
      const times = [now, ...taken.map((step) => (now += step))];
      const median = taken.slice(-9).sort((a, b) => a - b)[4];
      expect(after(times).median).toBe(median);
    }),
  );
});
