import { expect, test } from 'vitest';
import { judgedWeeks } from '../bench/nab/labelled.ts';
import { windowsCaught } from '../bench/nab/windows-caught.ts';
import { flaggedSeries } from './series.ts';

const windows = [
  { first: 2000, last: 2099 },
  { first: 6000, last: 6199 },
];
const length = 750 + 4 * 2016 + 1;

test('a series-week is seven days of judged rows', () => {
  expect(judgedWeeks([flaggedSeries(length, windows, [])])).toBeCloseTo(4, 9);
});

test('flagging everything catches nothing at any budget below 28 a week', () => {
  const everything = flaggedSeries(
    length,
    windows,
    Array.from({ length }, (_, i) => i),
  );
  for (const budget of [0.25, 0.5, 1, 7, 20]) expect(windowsCaught([everything], budget).caught).toBe(0);
});

test('windows above the loudest row that the budget refuses are caught', () => {
  const series = flaggedSeries(length, windows, []);
  series.scores[2050] = 5;
  series.scores[6000] = 2;
  series.scores[4000] = 3;
  expect(windowsCaught([series], 0)).toEqual({ caught: 0.5, delay: 0.5, threshold: 3 });
  expect(windowsCaught([series], 0.25)).toEqual({ caught: 1, delay: 0.25, threshold: 0 });
});

test('rows of one 6-hour bucket are one false alarm, rows of two are two', () => {
  const near = flaggedSeries(length, windows, []);
  near.scores.fill(3, 4032, 4032 + 72);
  near.scores[6010] = 2;
  expect(windowsCaught([near], 0.25).caught).toBe(0.5);
  const far = { ...near, scores: near.scores.slice() };
  far.scores[4032 + 72] = 3;
  expect(windowsCaught([far], 0.25).caught).toBe(0);
});

test('false alarms on probation are free, and windows there are not caught', () => {
  const series = flaggedSeries(length, [{ first: 100, last: 200 }, ...windows], [50, 60, 150, 400, 2000, 6000]);
  expect(windowsCaught([series], 0).caught).toBeCloseTo(2 / 3, 9);
});
