import { describe, expect, test } from 'vitest';
import { eventMargin } from '../../src/detector/event-margin.ts';

const rarities = [-12, -3, -1, -0.01, 0.01, 1, 3, 12];
const rising = (margins: readonly number[]) => margins.every((margin, i) => i === 0 || margin > margins[i - 1]);

describe('the margin that the score shows of an event', () => {
  test.each([-2, -0.001])(
    'rises with its rarity, and stays below 0 where the budget raises no alert (%f)',
    (margin) => {
      const shown = rarities.map((rarity) => eventMargin(margin, rarity));
      expect(rising(shown)).toBe(true);
      expect(Math.max(...shown)).toBeLessThan(0);
    },
  );

  test.each([0, 2])('rises with its rarity, and is above 0 where the budget raises one (%f)', (margin) => {
    const shown = rarities.map((rarity) => eventMargin(margin, rarity));
    expect(rising(shown)).toBe(true);
    expect(Math.min(...shown)).toBeGreaterThan(0);
  });

  test('is the rarity itself, where both agree', () => {
    expect(eventMargin(-1, -5)).toBeCloseTo(-5, 2);
    expect(eventMargin(1, 5)).toBeCloseTo(5, 2);
  });

  test('does not depend on where the level of an alert is', () => {
    expect(eventMargin(-0.1, -5)).toBe(eventMargin(-4, -5));
    expect(eventMargin(0.1, 5)).toBe(eventMargin(4, 5));
  });
});
