import { expect, test } from 'vitest';
import { faultsFound, margins } from '../../src/simulate/found.ts';
import type { Truth } from '../../src/simulate/truth.ts';
import { worlds } from '../../src/simulate/worlds.ts';

const judged = { rowMs: 10, aftermathMs: 100 };
const fault = (series: string, startMs: number, endMs: number): Truth => ({
  series,
  fault: 'stuck',
  startMs,
  endMs,
  events: 2,
});

test('every world says how its alarms are judged', () => {
  expect(Object.keys(margins).sort()).toEqual(worlds.map(({ name }) => name).sort());
});

test.each([
  { timeMs: 999, what: 'just before it', found: 0, falseAlarms: 1 },
  { timeMs: 1000, what: 'with its first record', found: 1, falseAlarms: 0 },
  { timeMs: 2010, what: 'one row after it', found: 1, falseAlarms: 0 },
  { timeMs: 2011, what: 'in its aftermath', found: 0, falseAlarms: 0 },
  { timeMs: 2110, what: 'at the end of its aftermath', found: 0, falseAlarms: 0 },
  { timeMs: 2111, what: 'after its aftermath', found: 0, falseAlarms: 1 },
])('an alarm $what: found $found, false $falseAlarms', ({ timeMs, found, falseAlarms }) => {
  const count = faultsFound([fault('a', 1000, 2000)], [{ series: 'a', timeMs }], judged, 9_000);
  expect(count).toEqual({ faults: 1, found, falseAlarms, underWay: 0 });
});

test('a fault is found once however many alarms it raises, and not by those of another series', () => {
  const truths = [fault('a', 1000, 2000), fault('b', 1000, 2000)];
  const alarms = [1200, 1300, 1400].map((timeMs) => ({ series: 'a', timeMs }));
  expect(faultsFound(truths, alarms, judged, 9_000)).toEqual({ faults: 2, found: 1, falseAlarms: 0, underWay: 0 });
  const strange = [{ series: 'c', timeMs: 1200 }];
  expect(faultsFound(truths, strange, judged, 9_000)).toEqual({ faults: 2, found: 0, falseAlarms: 1, underWay: 0 });
});

test('a fault that lasts is not missed yet; found, it counts at once', () => {
  const truths = [fault('a', 1000, 2000)];
  expect(faultsFound(truths, [], judged, 2010)).toEqual({ faults: 0, found: 0, falseAlarms: 0, underWay: 1 });
  expect(faultsFound(truths, [], judged, 2011)).toEqual({ faults: 1, found: 0, falseAlarms: 0, underWay: 0 });
  const alarm = { series: 'a', timeMs: 1500 };
  expect(faultsFound(truths, [alarm], judged, 1600)).toEqual({ faults: 1, found: 1, falseAlarms: 0, underWay: 0 });
});
