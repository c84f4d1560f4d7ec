import { expect, test } from 'vitest';
import { boundsOf } from '../../src/detector/bounds.ts';
import { Detector } from '../../src/detector/detector.ts';
import { channelOptions } from '../../src/event/channel.ts';
import type { Output } from '../../src/event/output.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import { smallDetector } from './options.ts';

function outputsOf(channel: object, values: readonly number[]): readonly Output[] {
  const detector = new Detector(smallDetector([channel], { alert: { budget: '1/week' } }));
  for (const [i, value] of values.entries()) {
    detector.observe({ series: 's', timeMs: 1e12 + i * MINUTE_MS, values: Float64Array.of(value) });
  }
  return detector.drain();
}

/** So many small amounts: never below 0, and near it. */
function amounts(count: number): number[] {
  const random = new Random(5);
  return Array.from({ length: count }, () => Math.abs(0.1 * random.normal()));
}

test('an alert has one rarity, in its number and in its words, and claims no more than the rows seen', () => {
  const outputs = outputsOf({}, [...amounts(160), 90, ...amounts(60)]);
  const alerts = outputs.filter((output) => output.kind === 'alert');
  const raised = alerts.find(({ value }) => value === 90);
  expect(raised?.pValue).toBe(1 / 160);
  expect(raised?.summary).toContain(': rarer than 1 in 160 rows, less than once in 2 hours.');
});

test('a band, and what is expected, are within what can be true', () => {
  const scores = outputsOf({ valid: [0, null] }, amounts(200)).filter((output) => output.kind === 'score');
  const free = outputsOf({}, amounts(200)).filter((output) => output.kind === 'score');
  const lowest = (of: typeof scores) => Math.min(...of.slice(1).map(({ channels }) => channels[0].lower ?? 0));
  expect([lowest(scores), lowest(free) < 0]).toEqual([0, true]);
  expect(scores.slice(1).every(({ channels: [c] }) => Number(c.expected) >= 0 && Number(c.upper) > 0)).toBe(true);
});

test.each([
  [{ valid: [-40, 60] }, [-40, 60]],
  [{ valid: [0, 60], aggregate: 'sum' }, [0, Number.POSITIVE_INFINITY]],
  [{ valid: [-40, 0], aggregate: 'sum' }, [Number.NEGATIVE_INFINITY, 0]],
  [{ valid: [5, 60], aggregate: 'count' }, [0, Number.POSITIVE_INFINITY]],
  [{ valid: [5, null], aggregate: 'median' }, [5, Number.POSITIVE_INFINITY]],
  [{}, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
])('of a window of %j the number is within %j', (channel, bounds) => {
  expect(boundsOf({ ...channelOptions.parse(channel), name: 'c' })).toEqual(bounds);
});
