import { describe, expect, test } from 'vitest';
import { Tails } from '../../src/calibrate/tails.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';

const BLOCK = 20;

function made(rivals: readonly number[]) {
  const columns = new Columns();
  const tails = new Tails(columns, rivals);
  const slot = columns.allocate();
  const blocks = (count: number, draw: (entry: number) => number) => {
    for (let t = 0; t < count * BLOCK; t++) {
      for (let entry = 0; entry < rivals.length; entry++) tails.observe(slot, entry, draw(entry));
      tails.endRow(slot, BLOCK, false, 12);
    }
  };
  return { columns, tails, slot, blocks };
}

/** The entry's share of the budget, ln; what is claimed of a value of 0. */
const share = (tails: Tails, entry: number) => tails.surprise(entry, 0);

describe('the tails of a stream', () => {
  test('know the point from the start, and the statistics after 48 blocks', () => {
    const { tails, blocks } = made([-1, -1]);
    expect(tails.surprise(0, 20)).toBeGreaterThan(tails.surprise(0, 2) + 3);
    expect(share(tails, 0)).toBe(0);
    expect(share(tails, 1)).toBeLessThan(-20);
    blocks(47, () => 1);
    expect(tails.fitted).toBe(false);
    blocks(1, () => 1);
    expect(tails.fitted).toBe(true);
  });

  test('say how rare the largest value of a block is: nats differ by the logarithm of the chance', () => {
    const { tails, blocks } = made([-1, -1]);
    const random = new Random(51);
    blocks(4_000, () => random.exponential());
    // 1 in 10 of the blocks is above, and 1 in 1 000.
    const level = (p: number) => -Math.log(1 - (1 - p) ** (1 / BLOCK));
    const nats = tails.surprise(1, level(0.001)) - tails.surprise(1, level(0.1));
    expect(Math.abs(nats / Math.log(100) - 1)).toBeLessThan(0.2);
  });

  test('are more surprised by more, everywhere', () => {
    const { tails, blocks } = made([-1, -1]);
    const random = new Random(52);
    blocks(300, () => random.exponential());
    for (const entry of [0, 1]) {
      for (let u = 0.1; u < 500; u *= 1.2) {
        expect(tails.surprise(entry, u * 1.2)).toBeGreaterThan(tails.surprise(entry, u));
      }
    }
  });

  test('claim little more of a statistic than the blocks seen can tell', () => {
    const { tails, blocks } = made([-1, -1]);
    const random = new Random(53);
    blocks(60, () => random.exponential());
    const surprise = tails.surprise(1, 30) - share(tails, 1);
    expect(surprise).toBeLessThan(Math.log(100 * 61) + 60 / 25 + 1);
    blocks(1_500, () => random.exponential());
    expect(tails.surprise(1, 30) - share(tails, 1)).toBeGreaterThan(surprise + 5);
  });

  test('share out one budget', () => {
    const { tails, blocks } = made([-1, -1, -1, -1]);
    const random = new Random(54);
    for (const count of [0, 200, 2_000]) {
      blocks(count, (entry) => random.exponential(entry + 1));
      const sum = [0, 1, 2, 3].reduce((total, entry) => total + Math.exp(share(tails, entry)), 0);
      expect(sum).toBeCloseTo(1, 6);
    }
    expect(Math.exp(share(tails, 0))).toBeLessThan(0.5);
  });

  test('switch the entry off whose tail is heavier than that of its rival, and leave the rival on', () => {
    const { tails, blocks } = made([-1, 2, 1]);
    const random = new Random(55);
    blocks(2_000, (entry) => (entry === 1 ? Math.abs(random.studentT(2)) : Math.abs(random.normal())));
    expect(Math.exp(share(tails, 1))).toBeLessThan(1e-9);
    expect(Math.exp(share(tails, 2))).toBeGreaterThan(0.3);
    expect(tails.surprise(1, 1e4)).toBeLessThan(0);
  });

  test('keep both entries on where nobody is a rival', () => {
    const { tails, blocks } = made([-1, -1, -1]);
    const random = new Random(55);
    blocks(2_000, (entry) => (entry === 1 ? Math.abs(random.studentT(2)) : Math.abs(random.normal())));
    expect(Math.exp(share(tails, 1))).toBeGreaterThan(1e-4);
    expect(Math.exp(share(tails, 2))).toBeGreaterThan(Math.exp(share(tails, 1)));
  });

  test('go on from a snapshot amid a block as if nothing had happened', () => {
    const [whole, restored] = [made([-1, -1]), made([-1, -1])];
    const random = new Random(56);
    whole.blocks(300, () => random.exponential());
    whole.tails.observe(whole.slot, 1, 60);
    whole.tails.endRow(whole.slot, BLOCK, false, 12);
    restored.columns.write(restored.slot, whole.columns.read(whole.slot));
    whole.tails.shared.forEach((array, i) => {
      restored.tails.shared[i].set(array);
    });
    for (const { blocks } of [whole, restored]) {
      const next = new Random(57);
      blocks(400, () => next.exponential());
    }
    for (const u of [0.5, 3, 9, 80]) expect(restored.tails.surprise(1, u)).toBe(whole.tails.surprise(1, u));
    expect(restored.columns.read(0)).toEqual(whole.columns.read(0));
  });
});
