import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import { Season } from '../../src/feature/season.ts';
import { Columns } from '../../src/series/columns.ts';

function season(lengthMs = DAY_MS) {
  const columns = new Columns();
  const made = new Season(columns, 2, lengthMs);
  columns.allocate();
  const slot = columns.allocate();
  return {
    remember: (local: number, x: number, channel = 0) => made.remember(slot, channel, local, x),
    recall: (local: number, reach = 5 * MINUTE_MS, channel = 0, seasons = 1) => {
      made.look(local, reach, seasons);
      return made.recall(slot, channel);
    },
  };
}

test('a value is recalled one season later, and not before or after', () => {
  const { remember, recall } = season();
  remember(8 * HOUR_MS, 21.5);
  expect(recall(8 * HOUR_MS)).toBeNaN();
  expect(recall(DAY_MS + 8 * HOUR_MS)).toBe(21.5);
  expect(recall(2 * DAY_MS + 8 * HOUR_MS)).toBeNaN();
});

test('where the season has no value at that place, the nearest before it within reach is used', () => {
  const { remember, recall } = season();
  remember(8 * HOUR_MS, 1);
  expect(recall(DAY_MS + 9 * HOUR_MS, HOUR_MS)).toBe(1);
  expect(recall(DAY_MS + 9 * HOUR_MS, 50 * MINUTE_MS)).toBeNaN();
  expect(recall(DAY_MS + 7 * HOUR_MS, HOUR_MS)).toBeNaN();
});

test('reach ends at an eighth of the season, however rare the rows', () => {
  const { remember, recall } = season();
  remember(0, 1);
  expect(recall(DAY_MS + 3 * HOUR_MS, DAY_MS)).toBe(1);
  expect(recall(DAY_MS + 3 * HOUR_MS + 5 * MINUTE_MS, DAY_MS)).toBeNaN();
});

test('the last value of a place of the season is the one kept', () => {
  const { remember, recall } = season();
  remember(10, 1);
  remember(20, 2);
  expect(recall(DAY_MS)).toBe(2);
});

test('a counter in the billions keeps its last digits', () => {
  const { remember, recall } = season();
  remember(0, 8_123_456_789);
  remember(HOUR_MS, 8_123_456_790.5);
  expect(recall(DAY_MS + HOUR_MS)).toBe(8_123_456_790.5);
});

test('a season of a week has a place for each 5 minutes', () => {
  const { remember, recall } = season(7 * DAY_MS);
  for (let minute = 0; minute < 60; minute += 5) remember(minute * MINUTE_MS, minute);
  for (let minute = 0; minute < 60; minute += 5) expect(recall(7 * DAY_MS + minute * MINUTE_MS, 0)).toBe(minute);
});

test('an older season serves as far back as is asked for, unless a newer one has its place', () => {
  const { remember, recall } = season();
  remember(8 * HOUR_MS, 1);
  expect(recall(3 * DAY_MS + 8 * HOUR_MS, 0, 0, 2)).toBeNaN();
  expect(recall(3 * DAY_MS + 8 * HOUR_MS, 0, 0, 3)).toBe(1);
  remember(DAY_MS + 8 * HOUR_MS, 2);
  expect(recall(3 * DAY_MS + 8 * HOUR_MS, 0, 0, 3)).toBe(2);
});

test('times before 1970 and seasons of a week work alike', () => {
  const { remember, recall } = season(7 * DAY_MS);
  remember(-3 * DAY_MS, 5);
  expect(recall(4 * DAY_MS, HOUR_MS)).toBe(5);
  expect(recall(4 * DAY_MS, HOUR_MS, 1)).toBeNaN();
});
