import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampLogScale, LOG_SCALE_FLOOR, locationGradient, logScaleGradient, nats } from '../../src/lstm/loss.ts';

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
