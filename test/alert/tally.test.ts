import { expect, test } from 'vitest';
import { Tally } from '../../src/alert/tally.ts';
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../src/event/time.ts';

const monday = 1_700_000_000_000;

test('counts the last week of event time, and what is older no more', () => {
  const tally = new Tally();
  for (const day of [0, 0, 2, 6]) tally.add(monday + day * DAY_MS);
  expect(tally.within(monday + 6 * DAY_MS)).toBe(4);
  expect(tally.within(monday + WEEK_MS + HOUR_MS)).toBe(2);
  expect(tally.within(monday + 3 * WEEK_MS)).toBe(0);
  expect(tally.within(Number.NEGATIVE_INFINITY)).toBe(4);
});

test('keeps at most one count for each hour of a week', () => {
  const tally = new Tally();
  for (let hour = 0; hour < 1_000; hour++) tally.add(monday + hour * HOUR_MS);
  expect(tally.snapshot()).toHaveLength(168);
  expect(tally.within(monday + 999 * HOUR_MS)).toBe(168);
});

test('comes back as it was', () => {
  const tally = new Tally();
  for (const hour of [0, 1, 1]) tally.add(monday + hour * HOUR_MS);
  const again = new Tally();
  again.restore(tally.snapshot());
  expect(again.within(monday + HOUR_MS)).toBe(3);
});
