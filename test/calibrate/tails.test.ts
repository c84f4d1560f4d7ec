import { describe, expect, test } from 'vitest';
import { Tails } from '../../src/calibrate/tails.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';

const BLOCK = 20;

/** Blocks of a series that is no longer young. */
const OLD = 1e9;

function made(rivals: readonly number[], warm = 0, silent = -1, events = false) {
  const columns = new Columns();
  const tails = new Tails(
    columns,
    rivals.map((rival, entry) => ({ rival, warm: entry === 0 ? 0 : warm, silent: entry === silent })),
  );
  const slot = columns.allocate();
  let rows = warm === 0 ? BLOCK : 0;
  const endRow = () => tails.endRow(slot, { rows: ++rows, block: BLOCK, candidate: false, series: 12, events });
  const blocks = (count: number, draw: (entry: number) => number) => {
    for (let t = 0; t < count * BLOCK; t++) {
      for (let entry = 0; entry < rivals.length; entry++) tails.observe(slot, entry, draw(entry));
      endRow();
    }
  };
  const surprise = (entry: number, u: number, age = OLD) => tails.surprise(entry, u, age);
  const isAt = (row: number) => {
    rows = row;
  };
  return { columns, tails, slot, blocks, endRow, surprise, isAt };
}

/** The entry's share of the budget, ln; what is claimed of a value of 0. */
const share = (tails: Tails, entry: number) => tails.surprise(entry, 0, OLD);

describe('the tails of a stream', () => {
  test('know the point from the start, and the statistics after 48 blocks', () => {
    const { tails, blocks, surprise } = made([-1, -1]);
    expect(surprise(0, 20)).toBeGreaterThan(surprise(0, 2) + 3);
    expect(share(tails, 0)).toBe(0);
    expect(share(tails, 1)).toBeLessThan(-20);
    blocks(47, () => 1);
    expect(tails.isFitted(1)).toBe(false);
    blocks(1, () => 1);
    expect(tails.isFitted(1)).toBe(true);
  });

  test('count no block in which a statistic could not say anything yet: its zeros are not what is usual for it', () => {
    const late = made([-1, -1], 30 * BLOCK);
    const random = new Random(58);
    late.blocks(30, (entry) => (entry === 0 ? random.exponential() : 0));
    late.blocks(40, () => random.exponential());
    expect(late.tails.isFitted(0)).toBe(true);
    expect(late.tails.isFitted(1)).toBe(false);
    late.blocks(400, () => random.exponential());
    const always = made([-1, -1]);
    const same = new Random(59);
    always.blocks(440, () => same.exponential());
    const usual = -Math.log(1 - 0.5 ** (1 / BLOCK));
    expect(late.surprise(1, usual) - share(late.tails, 1)).toBeCloseTo(
      always.surprise(1, usual) - share(always.tails, 1),
      0,
    );
  });

  test('give one that is silent on normal data a share before it ever spoke, and one that only has not spoken none', () => {
    const { tails, slot, endRow } = made([-1, -1, -1], 0, 1);
    for (let t = 0; t < 100 * BLOCK; t++) {
      tails.observe(slot, 0, 1);
      endRow();
    }
    expect(Math.exp(share(tails, 1))).toBeGreaterThanOrEqual(0.05 - 1e-9);
    expect(Math.exp(share(tails, 2))).toBeLessThan(1e-9);
    expect(tails.surprise(1, 3, OLD)).toBeGreaterThan(tails.surprise(2, 3, OLD) + 10);
  });

  test('give it none where rows are events: it has nothing to say of them', () => {
    const { tails, slot, endRow } = made([-1, -1, -1], 0, 1, true);
    const random = new Random(60);
    for (let t = 0; t < 2000 * BLOCK; t++) {
      tails.observe(slot, 2, random.exponential());
      endRow();
    }
    expect(Math.exp(share(tails, 1))).toBeLessThan(1e-9);
    expect(Math.exp(share(tails, 2))).toBeGreaterThan(0.6);
  });

  test('take a point that is new to a young series for what it is: of n blocks the newest holds the record with chance 1/n', () => {
    const { surprise } = made([-1, -1]);
    for (const u of [2, 8, 30]) {
      expect(surprise(0, u, 0)).toBeLessThanOrEqual(Math.log(u));
      expect(surprise(0, u, 9)).toBeLessThanOrEqual(Math.log(10 * u));
      expect(surprise(0, u, 500)).toBeGreaterThan(surprise(0, u, 9) + 1);
      expect(surprise(0, u, OLD) - surprise(0, u, 1e6)).toBeLessThan(0.01);
    }
  });

  test('say how rare the largest value of a block is: nats differ by the logarithm of the chance', () => {
    const { blocks, surprise } = made([-1, -1]);
    const random = new Random(51);
    blocks(4_000, () => random.exponential());
    // 1 in 10 of the blocks is above, and 1 in 1 000.
    const level = (p: number) => -Math.log(1 - (1 - p) ** (1 / BLOCK));
    const nats = surprise(1, level(0.001)) - surprise(1, level(0.1));
    expect(Math.abs(nats / Math.log(100) - 1)).toBeLessThan(0.2);
  });

  test('are more surprised by more, everywhere', () => {
    const { blocks, surprise } = made([-1, -1]);
    const random = new Random(52);
    blocks(300, () => random.exponential());
    for (const entry of [0, 1]) {
      for (let u = 0.1; u < 500; u *= 1.2) {
        expect(surprise(entry, u * 1.2)).toBeGreaterThan(surprise(entry, u));
      }
    }
  });

  test('claim little more of a statistic than the blocks seen can tell', () => {
    const { tails, blocks, surprise } = made([-1, -1]);
    const random = new Random(53);
    blocks(60, () => random.exponential());
    const early = surprise(1, 30) - share(tails, 1);
    expect(early).toBeLessThan(Math.log(100 * 61) + 60 / 25 + 1);
    blocks(1_500, () => random.exponential());
    expect(surprise(1, 30) - share(tails, 1)).toBeGreaterThan(early + 5);
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
    const { tails, blocks, surprise } = made([-1, 2, 1]);
    const random = new Random(55);
    blocks(2_000, (entry) => (entry === 1 ? Math.abs(random.studentT(2)) : Math.abs(random.normal())));
    expect(Math.exp(share(tails, 1))).toBeLessThan(1e-9);
    expect(Math.exp(share(tails, 2))).toBeGreaterThan(0.3);
    expect(surprise(1, 1e4)).toBeLessThan(0);
  });

  test('keep both entries on where nobody is a rival', () => {
    const { tails, blocks } = made([-1, -1, -1]);
    const random = new Random(55);
    blocks(2_000, (entry) => (entry === 1 ? Math.abs(random.studentT(2)) : Math.abs(random.normal())));
    expect(Math.exp(share(tails, 1))).toBeGreaterThan(1e-4);
    expect(Math.exp(share(tails, 2))).toBeGreaterThan(Math.exp(share(tails, 1)));
  });

  test('continue from a snapshot amid a block as if nothing had happened', () => {
    const [whole, restored] = [made([-1, -1]), made([-1, -1])];
    const random = new Random(56);
    whole.blocks(300, () => random.exponential());
    whole.tails.observe(whole.slot, 1, 60);
    whole.endRow();
    restored.columns.write(restored.slot, whole.columns.read(whole.slot));
    restored.isAt(301 * BLOCK + 1);
    whole.tails.shared.forEach((array, i) => {
      restored.tails.shared[i].set(array);
    });
    for (const { blocks } of [whole, restored]) {
      const next = new Random(57);
      blocks(400, () => next.exponential());
    }
    for (const u of [0.5, 3, 9, 80]) expect(restored.surprise(1, u)).toBe(whole.surprise(1, u));
    expect(restored.columns.read(0)).toEqual(whole.columns.read(0));
  });
});
