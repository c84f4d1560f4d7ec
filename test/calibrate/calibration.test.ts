import { expect, test } from 'vitest';
import { Calibration, rowChance } from '../../src/calibrate/calibration.ts';
import { blockPrior } from '../../src/calibrate/prior.ts';
import { Columns } from '../../src/series/columns.ts';

function calibration() {
  const columns = new Columns();
  const stage = new Calibration(columns);
  const slot = columns.allocate();
  return { columns, slot, observe: (s: number) => stage.observe(slot, s) };
}

/** Blocks of 100 rows from row 200 on, each with this worst S. */
function after(worst: readonly number[]) {
  const stage = calibration();
  for (let t = 0; t < 200; t++) stage.observe(30);
  for (const s of worst) for (let t = 0; t < 100; t++) stage.observe(t === 37 ? s : 0);
  return stage;
}

test('a new series has the prior of normal data, its levels interpolated in the logarithms', () => {
  for (const s of [0.1, 0.4, 1.2, 3, 7, 40, 500]) {
    expect(calibration().observe(s)).toBeCloseTo(blockPrior(s), 2);
  }
  expect(calibration().observe(1.2)).toBeGreaterThan(blockPrior(1.2) - 0.001);
});

test('a row without surprise has p = 1', () => {
  expect(calibration().observe(0)).toBe(1);
});

test('each block whose worst reaches a level adds to it: p = (40·p₀ + c)/(40 + n)', () => {
  const level = 0.1 * 400 ** (7 / 31);
  const worst = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? level * 1.001 : level * 0.999));
  let [n, c] = [0, 0];
  for (const s of worst) {
    n = n * (1 - 1 / 400) + 1;
    c = c * (1 - 1 / 400) + (s > level ? 1 : 0);
  }
  expect(after(worst).observe(level)).toBeCloseTo((40 * blockPrior(level) + c) / (40 + n), 5);
});

test('above 1.2 the prior keeps its shape, scaled to what was counted up to 1.2', () => {
  const stage = after(Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 2 : 0.05)));
  const atLimit = stage.observe(1.2);
  expect(atLimit).toBeGreaterThan(4 * blockPrior(1.2));
  expect(stage.observe(10)).toBeCloseTo((blockPrior(10) * atLimit) / blockPrior(1.2), 10);
});

test('p never rises with s, and has no step at 1.2', () => {
  const stage = after(Array.from({ length: 50 }, (_, i) => 0.2 + (i % 11) / 5));
  let before = 1;
  for (let s = 0.1; s < 45; s *= 1.08) {
    const p = stage.observe(s);
    expect(p).toBeLessThanOrEqual(before + 1e-12);
    expect(p).toBeGreaterThan(0);
    before = p;
  }
  expect(stage.observe(1.2)).toBeCloseTo(stage.observe(1.2 + 1e-9), 6);
});

test('the first 200 rows teach nothing, and a block counts only when it is over', () => {
  const fresh = calibration().observe(1);
  const { observe } = calibration();
  for (let t = 0; t < 300; t++)
    expect(observe(t % 2 === 0 ? 1 : 5)).toBeCloseTo(t % 2 === 0 ? fresh : blockPrior(5), 2);
  expect(observe(1)).toBeGreaterThan(1.2 * fresh);
});

test('a block counts the same wherever in it the worst row lies, and however often', () => {
  const [early, late, often] = [calibration(), calibration(), calibration()];
  for (let t = 0; t < 300; t++) {
    early.observe(t === 200 ? 1 : 0);
    late.observe(t === 299 ? 1 : 0);
    often.observe(t >= 200 ? 1 : 0);
  }
  const p = early.observe(0.9);
  expect(late.observe(0.9)).toBe(p);
  expect(often.observe(0.9)).toBe(p);
});

test('the chance of a row is that of a block, shared among its 100 rows', () => {
  expect(rowChance(1)).toBe(1);
  expect(rowChance(0.08)).toBeCloseTo(0.08 / 100, 4);
  expect(1 - (1 - rowChance(0.3)) ** 100).toBeCloseTo(0.3, 12);
  expect(rowChance(1e-12)).toBeCloseTo(1e-14, 18);
});
