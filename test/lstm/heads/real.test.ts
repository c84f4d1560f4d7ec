import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clampLogScale,
  LOG_SCALE_FLOOR,
  locationGradient,
  logScaleGradient,
  nats,
  realHead,
} from '../../../src/lstm/heads/real.ts';
import { QUANTILE_97_5, studentTNats } from '../../../src/math/student-t.ts';

function bits(target: number, location: number, scale: number, cell: number): number {
  return realHead.bits(Float64Array.of(location, scale), 0, target, cell);
}

/** ∫ density over [from, to] by the midpoint rule. */
function probability(from: number, to: number, scale: number): number {
  const step = (to - from) / 200_000;
  let sum = 0;
  for (let x = from + step / 2; x < to; x += step) sum += Math.exp(-studentTNats(x / scale, Math.log(scale))) * step;
  return sum;
}

test('the density integrates to 1, and to 95 % within the 97.5 % quantile either side', () => {
  expect(probability(-400, 400, 0.7)).toBeCloseTo(1, 6);
  expect(probability(-QUANTILE_97_5 * 0.7, QUANTILE_97_5 * 0.7, 0.7)).toBeCloseTo(0.95, 6);
});

test('at the location the density of the unit head is 3/8', () => {
  expect(Math.exp(-studentTNats(0, 0))).toBeCloseTo(0.375, 12);
});

test('bits are those of the interval of one cell, and grow with the distance', () => {
  expect(bits(1, 1, 1, 0.02)).toBeCloseTo(-Math.log2(0.375 * 0.02), 10);
  expect(bits(5, 1, 1, 0.02)).toBeGreaterThan(bits(3, 1, 1, 0.02));
});

test('bits are never negative', () => {
  const number = fc.double({ noNaN: true, min: -100, max: 100 });
  const positive = fc.double({ noNaN: true, min: 0.02, max: 50 });
  fc.assert(fc.property(number, number, positive, positive, (x, m, s, cell) => bits(x, m, s, cell) >= 0));
});

const residual = fc.double({ min: -50, max: 50, noNaN: true });
const wide = fc.double({ min: 0, max: 4, noNaN: true });

test('nats is −ln of a density: e^−nats has area 1', () => {
  for (const logScale of [-1, 0, 2]) {
    const width = Math.exp(logScale);
    let area = 0;
    for (let r = -400; r <= 400; r += 0.02) area += 0.02 * width * Math.exp(-nats(r * width, logScale));
    expect(area).toBeCloseTo(1, 6);
  }
});

test('nats at the mode of the unit head is ln(8/3)', () => {
  expect(nats(0, 0)).toBeCloseTo(Math.log(8 / 3), 14);
});

test('the gradients are the derivatives of nats, where nothing is clipped', () => {
  fc.assert(
    fc.property(residual, wide, (r, logScale) => {
      const h = 1e-5;
      const atLocation = (nats(r - h, logScale) - nats(r + h, logScale)) / (2 * h);
      const atLogScale = (nats(r, logScale + h) - nats(r, logScale - h)) / (2 * h);
      expect(locationGradient(r, logScale)).toBeCloseTo(atLocation, 8);
      expect(logScaleGradient(r, logScale)).toBeCloseTo(atLogScale, 8);
    }),
  );
});

test('no residual pulls a location harder than 5, and the clip is reached', () => {
  fc.assert(fc.property(residual, (r) => Math.abs(locationGradient(r, LOG_SCALE_FLOOR)) <= 5));
  expect(locationGradient(0.04, LOG_SCALE_FLOOR)).toBe(-5);
  expect(locationGradient(-0.04, LOG_SCALE_FLOOR)).toBe(5);
});

test('a scale on its floor is pushed no lower, but may rise', () => {
  expect(logScaleGradient(0, LOG_SCALE_FLOOR)).toBe(0);
  expect(logScaleGradient(0, LOG_SCALE_FLOOR + 0.01)).toBe(1);
  expect(logScaleGradient(1, LOG_SCALE_FLOOR)).toBeCloseTo(-4, 1);
});

test('scales stay within [0.02, e⁴]', () => {
  expect(Math.exp(clampLogScale(-9))).toBeCloseTo(0.02, 15);
  expect(clampLogScale(9)).toBe(4);
  expect(clampLogScale(0.5)).toBe(0.5);
});
