import { describe, expect, test } from 'vitest';
import { statistics } from '../../src/statistic/statistics.ts';
import { carryOver, cycles, made, madeSure, walks } from './streams.ts';

const ROWS = 2_200;
/** No statistic knows a series after fewer. */
const NEW_ROWS = 90;
/** Rows by which the second series of a stream is younger than the first. */
const LATER = 800;

const cases = statistics.flatMap((kind) =>
  [1, 2, 4, 8].flatMap((channels) =>
    [false, true].map((calendar) => ({ kind, channels, calendar, sparse: kind.kind === 'usual', name: kind.kind })),
  ),
);
const able = cases.filter(({ kind, ...setup }) => made(kind, setup) !== undefined);

/** Two series, one younger than the other: their values by row, from row `from` on, to row `to`. */
function both(
  { statistic, observe }: NonNullable<ReturnType<typeof made>>,
  rows: readonly Float64Array[],
  [from, to]: readonly [number, number],
): number[][] {
  const found: number[][] = [];
  for (let t = from; t < to; t++) {
    found.push(observe(0, t, rows[t]), [...statistic.deviations, ...statistic.channelOf]);
    if (t >= LATER) found.push(observe(1, t - LATER, rows[t - LATER]), [...statistic.deviations]);
  }
  return found;
}

function withTwo(...args: Parameters<typeof made>) {
  const found = madeSure(...args);
  found.columns.allocate();
  found.columns.allocate();
  return found;
}

test('a single channel without a calendar has nothing to be explained by, two have no sum, and the cycle of a calendar is known', () => {
  const mute = cases.filter((one) => !able.includes(one));
  const named = mute.map(({ name, channels, calendar }) => `${name} ${channels} ${calendar}`);
  const shapes = [1, 2, 4, 8].map((channels) => `shape ${channels} true`);
  const sums = ['sum 1 false', 'sum 1 true', 'sum 2 false', 'sum 2 true'];
  expect(named.sort()).toEqual(['conditional 1 false', ...shapes, ...sums]);
});

describe.each(able)('$name of $channels channels, calendar $calendar', ({ kind, ...setup }) => {
  const drawn = kind.kind === 'shape' ? cycles : walks;
  const rows = drawn(setup.channels, ROWS, setup.channels);

  test('is finite and never below 0 on rows with gaps, silent on the first rows, and has something to say', () => {
    const { statistic, columns, observe } = madeSure(kind, setup);
    const slot = columns.allocate();
    let largest = 0;
    rows.forEach((xs, t) => {
      const values = observe(slot, t, xs);
      expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      expect(statistic.deviations.every(Number.isFinite)).toBe(true);
      expect(statistic.channelOf.every((channel) => channel >= 0 && channel < setup.channels)).toBe(true);
      if (t < NEW_ROWS) expect(values.every((value) => value === 0)).toBe(true);
      largest = Math.max(largest, ...values);
    });
    expect(largest).toBeGreaterThan(0.5);
  });

  test('does not look ahead: rows that are yet to come change nothing, and those that came do', () => {
    const cut = 1_500;
    const other = [...rows.slice(0, cut), ...drawn(99, ROWS - cut, setup.channels)];
    const one = both(withTwo(kind, setup), rows, [0, ROWS]);
    const two = both(withTwo(kind, setup), other, [0, ROWS]);
    const before = 2 * cut + 2 * (cut - LATER);
    expect(two.slice(0, before)).toEqual(one.slice(0, before));
    expect(two.slice(before)).not.toEqual(one.slice(before));
  });

  test.each([50, 840, 1_100, 1_300])('continues from a snapshot after %i rows as if nothing had happened', (cut) => {
    const whole = withTwo(kind, setup);
    both(whole, rows, [0, cut]);
    const restored = withTwo(kind, setup);
    carryOver(whole, restored, [0, 1]);
    expect(both(restored, rows, [cut, ROWS])).toEqual(both(whole, rows, [cut, ROWS]));
  });

  test('starts anew in a slot that another series had', () => {
    const reused = madeSure(kind, setup);
    const fresh = madeSure(kind, setup);
    const [first, kept] = [reused.columns.allocate(), fresh.columns.allocate()];
    rows.slice(0, 1_500).forEach((xs, t) => {
      reused.observe(first, t, xs);
      fresh.observe(kept, t, xs);
    });
    reused.columns.release(first);
    const [again, next] = [reused.columns.allocate(), fresh.columns.allocate()];
    expect(again).toBe(first);
    expect(next).not.toBe(kept);
    const later = drawn(7, 1_800, setup.channels);
    const found = later.map((xs, t) => reused.observe(again, t, xs));
    expect(found).toEqual(later.map((xs, t) => fresh.observe(next, t, xs)));
  });
});
