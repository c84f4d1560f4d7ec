import { expect, test } from 'vitest';
import { channelOptions } from '../../src/event/channel.ts';
import { Counters } from '../../src/feature/counters.ts';
import { Columns } from '../../src/series/columns.ts';

const channel = (name: string, transform: string) => ({ ...channelOptions.parse({ transform }), name });

/** Rates of a counter read every ten seconds, in the second of two channels. */
function ratesOf(counts: readonly number[]): readonly number[] {
  const columns = new Columns(64);
  const counters = Counters.of(columns, [channel('t', 'none'), channel('c', 'counter')]);
  const slot = columns.allocate();
  return counts.map((count, i) => {
    const row = { series: 's', startMs: i * 10_000, endMs: i * 10_000, values: Float64Array.of(7, count) };
    const { values = [] } = counters?.rates(slot, row) ?? {};
    expect([values[0], row.values[1]]).toEqual([7, count]);
    return values[1];
  });
}

test('a counter becomes a rate a second, which is missing at the first value', () => {
  expect(ratesOf([100, 150, 150, 1150])).toEqual([Number.NaN, 5, 0, 100]);
});

test('over a missing value the rate is the mean', () => {
  expect(ratesOf([100, Number.NaN, 300])).toEqual([Number.NaN, Number.NaN, 10]);
});

test('a reset is missing, and counted from then on', () => {
  expect(ratesOf([5_000_000, 5_000_100, 0, 50, 2, 12])).toEqual([Number.NaN, 10, Number.NaN, 5, Number.NaN, 1]);
});

test.each([32, 64])('a wrap at %i bits is no reset', (bits) => {
  const range = 2 ** bits;
  const step = range / 100;
  const counts = [range - 2 * step, range - step, step, 2 * step];
  expect(ratesOf(counts).map((rate) => Math.round((10 * rate) / step))).toEqual([Number.NaN, 1, 2, 1]);
});

test('a fall from the middle of the range is a reset', () => {
  expect(ratesOf([2 ** 31, 10])).toEqual([Number.NaN, Number.NaN]);
});

test('two values of one time give no rate, and the first of them counts', () => {
  const columns = new Columns(64);
  const counters = Counters.of(columns, [channel('c', 'counter')]);
  const slot = columns.allocate();
  const rates = [
    [0, 10],
    [10_000, 110],
    [10_000, 111],
    [20_000, 210],
  ].map(
    ([endMs, count]) =>
      counters?.rates(slot, { series: 's', startMs: endMs, endMs, values: Float64Array.of(count) }).values[0],
  );
  expect(rates).toEqual([Number.NaN, 10, Number.NaN, 10]);
});

test('without counters there is nothing to keep', () => {
  const columns = new Columns(64);
  expect(Counters.of(columns, [channel('t', 'difference')])).toBeUndefined();
  expect(columns.bytesPerSlot).toBe(new Columns(64).bytesPerSlot);
});
