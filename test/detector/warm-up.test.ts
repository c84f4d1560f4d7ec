import { expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { rowsNeeded } from '../../src/detector/warm-up.ts';
import { smallDetector } from './options.ts';

const MINUTE = 60_000;
const T0 = 1_700_000_000_000;

/** Gives the series so many rows, a step apart, the first at `fromMs`. */
function feed(detector: Detector, series: string, rows: number, { fromMs = T0, stepMs = MINUTE } = {}) {
  for (let i = 0; i < rows; i++) {
    detector.observe({ series, timeMs: fromMs + i * stepMs, values: Float64Array.of(i % 7) });
  }
  return detector.drain();
}

test('a series needs 150 rows, or as many as `after_rows` says where that is more', () => {
  expect(rowsNeeded(smallDetector([{}]), MINUTE)).toBe(150);
  expect(rowsNeeded(smallDetector([{}], { alert: { after_rows: 1000 } }), MINUTE)).toBe(1000);
  expect(rowsNeeded(smallDetector([{}], { alert: { after_rows: 0 } }), MINUTE)).toBe(150);
});

test('a series is ready after that many rows, and says before how far it is', () => {
  const detector = new Detector(smallDetector([{}], { alert: { after_rows: 200 } }));
  expect(detector.warmUp.totals()).toEqual({ series: 0, warming: 0, ratioSum: 0, etaMs: 0 });
  expect(detector.warmUp.of('a')).toBeUndefined();
  feed(detector, 'a', 50);
  const warming = { series: 'a', state: 'warming', rows: 50, rowsNeeded: 200, ratio: 0.25, etaMs: 150 * MINUTE };
  expect(detector.warmUp.of('a')).toEqual(warming);
  expect([...detector.warmUp.all()]).toEqual([warming]);
  feed(detector, 'a', 150, { fromMs: T0 + 50 * MINUTE });
  const ready = { series: 'a', state: 'ready', rows: 200, rowsNeeded: 200, ratio: 1, etaMs: 0 };
  expect(detector.warmUp.of('a')).toEqual(ready);
});

test('the state is the one that the scores of its rows have', () => {
  const detector = new Detector(smallDetector([{}], { alert: { after_rows: 160 } }));
  for (let i = 0; i < 170; i++) {
    const before = detector.warmUp.of('a')?.state ?? 'warming';
    const [score] = feed(detector, 'a', 1, { fromMs: T0 + i * MINUTE });
    expect(score).toMatchObject({ kind: 'score', warming: before === 'warming' });
  }
  expect(detector.warmUp.of('a')?.state).toBe('ready');
});

test('before the second row nobody knows how long it will take', () => {
  const detector = new Detector(smallDetector([{}]));
  feed(detector, 'a', 1);
  expect(detector.warmUp.of('a')).toMatchObject({ rows: 1, etaMs: undefined });
  expect(detector.warmUp.totals()).toMatchObject({ warming: 1, etaMs: undefined });
});

test('all together wait for the slowest that is active, not for one that sends nothing any more', () => {
  const detector = new Detector(smallDetector([{}]));
  feed(detector, 'gone', 10, { stepMs: MINUTE });
  feed(detector, 'slow', 30, { stepMs: 5 * MINUTE });
  feed(detector, 'fast', 150, { stepMs: MINUTE });
  expect(detector.warmUp.of('gone')).toMatchObject({ state: 'warming', etaMs: undefined });
  const { series, warming, ratioSum, etaMs } = detector.warmUp.totals();
  expect([series, warming, etaMs]).toEqual([3, 2, 120 * 5 * MINUTE]);
  expect(ratioSum).toBeCloseTo(10 / 150 + 30 / 150 + 1, 12);
});
