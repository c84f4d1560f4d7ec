import { describe, expect, test } from 'vitest';
import { hasSettled, settles } from '../../src/calibrate/settling.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/event/time.ts';

const MOST = 65_535;

describe('an incident settles', () => {
  test('after four days, where that is sixteen blocks', () => {
    expect(settles(15, 6 * HOUR_MS, MOST)).toBe(false);
    expect(settles(16, 6 * HOUR_MS, MOST)).toBe(true);
    expect(settles(17, 5 * HOUR_MS, MOST)).toBe(false);
  });

  test('after sixteen blocks, however long they are', () => {
    expect(settles(15, DAY_MS, MOST)).toBe(false);
    expect(settles(16, DAY_MS, MOST)).toBe(true);
  });

  test('of rows so fast that four days are more blocks than are counted, after all of these', () => {
    expect(settles(MOST - 1, SECOND_MS, MOST)).toBe(false);
    expect(settles(MOST, SECOND_MS, MOST)).toBe(true);
  });
});

test('one that ends has settled where it was unusual for four days and sixteen rows', () => {
  expect([hasSettled(4 * DAY_MS - 1, SECOND_MS), hasSettled(4 * DAY_MS, SECOND_MS)]).toEqual([false, true]);
  expect([hasSettled(15 * DAY_MS, DAY_MS), hasSettled(16 * DAY_MS, DAY_MS)]).toEqual([false, true]);
});
