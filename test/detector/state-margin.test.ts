import { describe, expect, test } from 'vitest';
import { stateMargin } from '../../src/detector/state-margin.ts';

const usual = { perBlock: 1e-3, blocks: 100, entries: 6 };
const values = [0.001, 0.5, 1, 2, 3, 5, 8, 13, 30, 100];
const rising = (margins: readonly number[]) => margins.every((margin, i) => i === 0 || margin > margins[i - 1]);

describe('the margin of a state that lasts', () => {
  test('rises with the value, and never reaches an alert', () => {
    for (const perBlock of [1e-9, 1e-3, 0.5, 10]) {
      for (const blocks of [0, 10, 1e6]) {
        const margins = values.map((value) => stateMargin(value, { ...usual, perBlock, blocks }));
        expect(rising(margins)).toBe(true);
        expect(Math.max(...margins)).toBeLessThan(0);
      }
    }
  });

  test('claims little beyond the blocks seen', () => {
    const [few, many] = [10, 10_000].map((blocks) => stateMargin(30, { ...usual, blocks }));
    expect(many - few).toBeGreaterThan(3);
    expect(stateMargin(30, usual) - stateMargin(15, usual)).toBeLessThan(0.5);
  });

  test('falls with the budget and with the number of those that share it', () => {
    const base = stateMargin(3, usual);
    expect(stateMargin(3, { ...usual, perBlock: 1e-4 })).toBeCloseTo(base - Math.log(10), 1);
    expect(stateMargin(3, { ...usual, entries: 12 })).toBeCloseTo(base - Math.log(2), 1);
  });
});
