import { describe, expect, test } from 'vitest';
import { CommonCause } from '../../src/calibrate/common-cause.ts';
import { DAY_MS, HOUR_MS } from '../../src/event/time.ts';
import { Columns } from '../../src/series/columns.ts';

const START = 20_000 * DAY_MS;

/** Of so many groups, and ten series. */
function commonOf(groups: number): { readonly common: CommonCause; readonly columns: Columns } {
  const columns = new Columns();
  const common = new CommonCause(columns, groups);
  for (let slot = 0; slot < 10; slot++) columns.allocate();
  return { common, columns };
}

describe('a cause that series have in common', () => {
  test('makes the next series less surprising with each that has just raised an alarm', () => {
    const { common } = commonOf(2);
    common.advance(START);
    const excess = [0, 1, 2, 3].map((slot) => {
      const before = common.excess(9, 1);
      common.alarm(slot, 1);
      return before;
    });
    expect(excess[0]).toBe(0);
    expect(excess[1]).toBeCloseTo(Math.log(2), 1);
    expect(excess[3]).toBeGreaterThan(Math.log(3.5));
    expect(excess[3]).toBeLessThan(Math.log(4));
    expect(common.excess(9, 0)).toBe(0);
  });

  test('says nothing of a series by its own alarms, however many', () => {
    const { common } = commonOf(1);
    common.advance(START);
    for (let i = 0; i < 20; i++) common.alarm(4, 0);
    expect(common.excess(4, 0)).toBe(0);
    expect(common.excess(5, 0)).toBeLessThan(Math.log(2.01));
  });

  test('knows a series again in another slot, as a restored state has it', () => {
    const one = commonOf(1);
    one.common.advance(START);
    one.common.alarm(4, 0);
    const two = commonOf(1);
    two.common.shared.forEach((part, n) => {
      part.set(one.common.shared[n]);
    });
    two.columns.write(1, one.columns.read(4));
    expect(two.common.excess(1, 0)).toBe(0);
    expect(two.common.excess(4, 0)).toBe(one.common.excess(1, 0));
    expect(two.common.excess(4, 0)).toBeGreaterThan(0.5);
  });

  test('is forgotten within days', () => {
    const { common } = commonOf(1);
    common.advance(START);
    for (let slot = 0; slot < 8; slot++) common.alarm(slot, 0);
    common.advance(START + DAY_MS);
    const day = common.excess(9, 0);
    common.advance(START + 5 * DAY_MS);
    expect(day).toBeLessThan(Math.log(5));
    expect(common.excess(9, 0)).toBeLessThan(0.1);
  });

  test('is none where alarms come as often as they always do', () => {
    const { common } = commonOf(1);
    let most = 0;
    for (let hour = 0; hour < 24 * 90; hour++) {
      common.advance(START + hour * HOUR_MS);
      if (hour % 24 === 0) common.alarm((hour / 24) % 7, 0);
      if (hour > 24 * 60) most = Math.max(most, common.excess(9, 0));
    }
    expect(most).toBeLessThan(Math.log(1.5));
  });
});
