import { expect, test } from 'vitest';
import { initialise } from '../../src/lstm/initialise.ts';
import { blocksOf, layoutOf, parameterCount } from '../../src/lstm/layout.ts';

const shape = { inputs: 9, hidden: 32, channels: 2, steps: 16, losses: 4, peepholes: true };
const layout = layoutOf(shape);

function deviation(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);
}

test('the blocks lie one after another without a gap: W, U, p, b, heads', () => {
  const { w, u, p, b } = blocksOf(new Float64Array(layout.count), layout);
  expect([w.length, u.length, p.length, b.length]).toEqual([4 * 32 * 9, 4 * 32 * 32, 3 * 32, 4 * 32]);
  expect([layout.w, layout.u, layout.p, layout.b]).toEqual([0, 1152, 5248, 5344]);
  expect([layout.heads, layout.affine, layout.forms]).toEqual([5472, 42, 4]);
  expect(parameterCount(shape)).toBe(5472 + 2 * 84);
});

test('the peepholes have their place when they are off, so weights keep theirs', () => {
  expect(layoutOf({ ...shape, peepholes: false })).toEqual(layout);
});

test('a network starts as the documentation of the network says: W, U ~ N(0, 1)/√(I + H), forget bias 1, small locations, all else 0', () => {
  const start = initialise(shape, 7);
  const { w, u, p, b } = blocksOf(start, layout);
  expect(deviation(w) * Math.sqrt(41)).toBeCloseTo(1, 1);
  expect(deviation(u) * Math.sqrt(41)).toBeCloseTo(1, 1);
  expect(p.every((value) => value === 0)).toBe(true);
  expect(b.every((value, i) => value === (i >= 32 && i < 64 ? 1 : 0))).toBe(true);
  for (let d = 0; d < 2; d++) {
    const head = start.subarray(layout.heads + d * 84, layout.heads + (d + 1) * 84);
    const spread = deviation(head.subarray(0, 32)) * Math.sqrt(32);
    expect(spread).toBeGreaterThan(0.05);
    expect(spread).toBeLessThan(0.2);
    expect(head.subarray(32).every((value) => value === 0)).toBe(true);
  }
});

test('equal seeds give equal weights, other seeds others', () => {
  expect(initialise(shape, 7)).toEqual(initialise(shape, 7));
  expect(initialise(shape, 8)).not.toEqual(initialise(shape, 7));
});
