import { expect, test } from 'vitest';
import { ExactErrors, ExactValues } from '../../src/score/exact-memory.ts';
import { Columns } from '../../src/series/columns.ts';
import { noise } from './noise.ts';

test('a value is as novel as its distance to the nearest of the last M, as a share of their range', () => {
  const columns = new Columns();
  const memory = new ExactValues(columns, 1, 300);
  const slot = columns.allocate();
  const next = noise(1);
  const seen: number[] = [];
  for (let t = 0; t < 1500; t++) {
    const value = Math.round(next() * 50) + (t % 400 === 0 ? 500 : 0);
    seen.push(value);
    const from = Math.max(39, t - 11 - 299);
    const remembered = seen.slice(from, t - 10);
    const range = Math.max(...remembered) - Math.min(...remembered);
    const expected = t < 150 ? 0 : Math.min(...remembered.map((x) => Math.abs(x - value))) / range;
    expect(memory.observe(slot, 0, value, 0)).toBeCloseTo(expected, 12);
  }
});

test('an error is as novel as its distance to the nearest of the last M in their local scale', () => {
  const columns = new Columns();
  const memory = new ExactErrors(columns, 1, 301);
  const slot = columns.allocate();
  const next = noise(2);
  const seen: number[] = [];
  for (let t = 0; t < 1500; t++) {
    const error = next() ** 3;
    const remembered = seen.slice(Math.max(50, t - 301)).sort((a, b) => a - b);
    const last = remembered.length - 1;
    const [low, high] = [remembered[last - Math.round(0.99 * last)], remembered[Math.round(0.99 * last)]];
    const scale = Math.max(high - low, 0.05 * (remembered[last] - remembered[0]));
    const nearest = Math.min(...remembered.map((q) => Math.abs(q - error)));
    const expected = t < 150 ? 0 : nearest / Math.sqrt(scale ** 2 + error ** 2);
    expect(memory.observe(slot, 0, error, 0)).toBeCloseTo(expected, 12);
    seen.push(error);
  }
});
