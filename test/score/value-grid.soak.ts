import { expect, test } from 'vitest';
import { disagreement } from './grid.ts';
import { noise } from './noise.ts';

test('stamps that went round twice say what unbounded ones say', () => {
  const next = noise(2);
  const regime = (t: number) => (Math.floor(t / 31_000) % 3) * 20 + (t % 17_001 === 0 ? 300 : 0) + next();
  expect(disagreement(200_000, 2000, regime)).toBeLessThan(1e-12);
  const widest = (t: number) => (Math.floor(t / 66_000) % 2) * 20 + (t % 64_999 < 2 ? 300 : 0) + next();
  expect(disagreement(200_000, 6500, widest)).toBeLessThan(1e-12);
});
