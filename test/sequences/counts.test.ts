import { expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { AlertOutput, Output } from '../../src/event/output.ts';
import { Random } from '../../src/math/random.ts';
import { lettersDetector } from './letters.ts';

const MINUTE = 60_000;

/** Calls a minute, 0.8 on average, as a detector reads them. */
function calls(detector: Detector, rows: number, from: number, mean = 0.8): Output[] {
  const random = new Random(from + 1);
  return Array.from({ length: rows }, (_, n) => random.poisson(mean) + 0 * n).flatMap((count, n) =>
    read(detector, count, from + n),
  );
}

function read(detector: Detector, count: number, row: number): Output[] {
  detector.observe({ series: 's', timeMs: (row + 1) * MINUTE, values: Float64Array.of(count), attributes: [''] });
  return [...detector.drain()];
}

function alertsOf(outputs: readonly Output[]): AlertOutput[] {
  return outputs.filter((output): output is AlertOutput => output.kind === 'alert');
}

const detectorOf = (channel: object = {}) => new Detector(lettersDetector({}, {}, { kind: 'count', ...channel }));

test('a burst of calls is found and said with what was expected, and ends; calls as usual raise nothing', () => {
  const detector = detectorOf();
  expect(alertsOf(calls(detector, 2000, 0)).length).toBeLessThanOrEqual(2);
  const steps = alertsOf([...read(detector, 14, 2000), ...calls(detector, 30, 2001)]);
  expect(steps.map(({ state }) => state)).toEqual(['firing', 'resolved']);
  expect(steps[0].summary).toMatch(/^letter of s is 14; .*The forecast gave this number hardly any chance: /);
});

test('a count is judged on the side that is asked for alone', () => {
  const detector = detectorOf({ direction: 'down' });
  calls(detector, 2000, 0);
  expect(alertsOf([...read(detector, 14, 2000), ...calls(detector, 30, 2001)])).toEqual([]);
});

test('bits of counts fall below those of a Poisson count whose mean is known by no more than a tenth', () => {
  const detector = detectorOf();
  calls(detector, 3000, 0);
  const outputs = calls(detector, 1000, 3000);
  const bits = outputs.flatMap((output) => (output.kind === 'score' ? [output.bits] : []));
  const mean = bits.reduce((sum, each) => sum + each, 0) / bits.length;
  expect(mean).toBeLessThan(1.1 * poissonBits(0.8));
});

/** Entropy of a Poisson count, bits. */
function poissonBits(mean: number): number {
  let [bits, p] = [0, Math.exp(-mean)];
  for (let k = 0; k < 60; k++) {
    bits -= p > 0 ? p * Math.log2(p) : 0;
    p *= mean / (k + 1);
  }
  return bits;
}
