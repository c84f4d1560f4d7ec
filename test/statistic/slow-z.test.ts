import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';
import { SlowZ } from '../../src/statistic/slow-z.ts';

const WARM = 100;

function slow() {
  const columns = new Columns();
  const z = new SlowZ(columns, 'z', 2, { warm: WARM, large: true });
  const slot = columns.allocate();
  const random = new Random(3);
  const observe = (value: number, weight = 1) => z.observe(slot, 1, value, weight);
  const noise = (rows: number) => {
    for (let t = 0; t < rows; t++) observe(5 + 2 * random.normal());
  };
  return { z, slot, observe, noise };
}

test('finds the mean and the deviation of noise', () => {
  const { z, slot, noise } = slow();
  noise(5_000);
  expect(Math.abs(z.mean(slot, 1) - 5)).toBeLessThan(0.15);
  expect(Math.abs(z.deviation(slot, 1) - 2)).toBeLessThan(0.15);
  expect([z.mean(slot, 0), z.deviation(slot, 0)]).toEqual([0, 0]);
});

test('says 0 up to the last value that it is not yet warm for, then the signed distance in deviations', () => {
  const { z, slot, observe, noise } = slow();
  noise(WARM - 1);
  expect(observe(1e3)).toBe(0);
  const wanted = (-7 - z.mean(slot, 1)) / z.deviation(slot, 1);
  expect(wanted).toBeLessThan(0);
  expect(observe(-7)).toBe(wanted);
});

test('is taken no further by an outlier than by a value at four deviations', () => {
  const [outlier, four] = [slow(), slow()];
  for (const one of [outlier, four]) one.noise(500);
  const { z, slot } = four;
  expect(outlier.observe(1e9)).toBeGreaterThan(1e8);
  four.observe(z.mean(slot, 1) + 4 * z.deviation(slot, 1));
  expect(outlier.z.mean(outlier.slot, 1)).toBeCloseTo(z.mean(slot, 1), 9);
  expect(outlier.z.deviation(outlier.slot, 1)).toBeCloseTo(z.deviation(slot, 1), 9);
});

test('moves a tenth as far at a tenth of the weight', () => {
  const [whole, tenth] = [slow(), slow()];
  for (const one of [whole, tenth]) one.noise(500);
  const before = whole.z.mean(whole.slot, 1);
  whole.observe(8);
  tenth.observe(8, 0.1);
  const moved = whole.z.mean(whole.slot, 1) - before;
  expect(moved).toBeGreaterThan(0);
  expect((tenth.z.mean(tenth.slot, 1) - before) / moved).toBeCloseTo(0.1, 9);
});

test('at eight times the weight follows a level eight times as fast, and never within a few rows', () => {
  const [old, young] = [slow(), slow()];
  old.noise(8_000);
  const before = old.z.mean(old.slot, 1);
  old.observe(8, 8);
  expect(old.z.mean(old.slot, 1) - before).toBeCloseTo((8 - before) / 1_000, 6);
  young.noise(500);
  const first = young.z.mean(young.slot, 1);
  young.observe(8, 8);
  expect(young.z.mean(young.slot, 1) - first).toBeCloseTo((8 - first) / 501, 6);
});

test('learns a new level in the end', () => {
  const { z, slot, observe, noise } = slow();
  noise(500);
  for (let t = 0; t < 60_000; t++) observe(t % 2 === 0 ? 99 : 101);
  expect(Math.abs(z.mean(slot, 1) - 100)).toBeLessThan(0.5);
  expect(Math.abs(observe(100))).toBeLessThan(1);
});

test('gives no z where nothing ever varied', () => {
  const { observe } = slow();
  for (let t = 0; t < 500; t++) expect(observe(7)).toBe(0);
});
