import { expect, test } from 'vitest';
import { OwnLevels } from '../../src/calibrate/own-level.ts';
import { Tails } from '../../src/calibrate/tails.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';

/** Series of one stream, each with its own factor, block after block; `weight` of a block by series and number. */
function stream(factors: readonly number[], blocks: number, weightOf = (_series: number, _block: number) => 1) {
  const columns = new Columns();
  const own = new OwnLevels(columns, 1);
  const slots = factors.map(() => columns.allocate());
  const random = new Random(61);
  for (let block = 0; block < blocks; block++) {
    for (const [series, factor] of factors.entries()) {
      const raw = factor * (2 + random.exponential());
      const worst = Math.log(raw * own.unit(slots[series], 0));
      own.endBlock(slots[series], 0, {
        worst,
        blocks: block + 1,
        weight: weightOf(series, block),
        series: factors.length,
      });
    }
  }
  return slots.map((slot) => own.unit(slot, 0));
}

test('a series that is four times as lively as the others is measured by its own level, the others by theirs', () => {
  const units = stream([1, 1, 1, 1, 1, 4], 1_500);
  const [calm, lively] = [units[0], units[5]];
  expect(lively / calm).toBeLessThan(1 / 2.8);
  expect(lively / calm).toBeGreaterThan(1 / 5.5);
});

test('a series moves from its stream to itself as it grows older', () => {
  const after = (blocks: number) => stream([1, 1, 1, 1, 1, 4], blocks)[5];
  expect(after(1)).toBeGreaterThan(0.8);
  expect(after(30)).toBeLessThan(after(5));
  expect(after(300)).toBeLessThan(after(30));
});

test('one series alone has nothing to be compared with', () => {
  expect(stream([4], 500)).toEqual([1]);
});

test('blocks in which a candidate lasts hardly raise the level: faults are not what is usual', () => {
  const factors = [1, 1, 1, 1, 1, 4];
  const asUsual = stream(factors, 200)[5];
  const asFaults = stream(factors, 200, (series) => (series === 5 ? 0.02 : 1))[5];
  expect(asUsual).toBeLessThan(0.5);
  expect(asFaults).toBeGreaterThan(0.6);
});

test.each([false, true])(
  'tails measure statistics by it, not a point nor what is silent, and no events: %s',
  (events) => {
    const columns = new Columns();
    const entry = { rival: -1, warm: 0, silent: false };
    const tails = new Tails(columns, [entry, entry, { ...entry, silent: true }]);
    const slots = Array.from({ length: 6 }, () => columns.allocate());
    const random = new Random(62);
    for (let rows = 1; rows <= 800; rows++) {
      for (const [series, slot] of slots.entries()) {
        const u = (series === 5 ? 4 : 1) * (2 + random.exponential());
        for (const n of [0, 1, 2]) tails.observe(slot, n, tails.measured(slot, n, u));
        tails.endRow(slot, { rows, block: 1, candidate: false, series: 6, events });
      }
    }
    const [calm, lively] = [slots[0], slots[5]];
    for (const n of [0, 2]) expect([tails.measured(calm, n, 8), tails.measured(lively, n, 8)]).toEqual([8, 8]);
    if (events) expect(tails.measured(lively, 1, 8)).toBe(8);
    else expect(tails.measured(lively, 1, 8)).toBeLessThan(tails.measured(calm, 1, 8) / 2.5);
  },
);
