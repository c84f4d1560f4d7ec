import { describe, expect, test } from 'vitest';
import { type ChannelHead, formsOf } from '../../../src/lstm/heads/head.ts';
import { headKinds, makeHead } from '../../../src/lstm/heads/heads.ts';
import { Random } from '../../../src/math/random.ts';
import { headCases } from './cases.ts';

const DRAWS = 40_000;

/** The numbers of a distribution whose forms are normal, of this seed. */
function drawn(head: ChannelHead, seed: number, spread = 1): { y: Float64Array; numbers: Float64Array } {
  const random = new Random(seed);
  const y = Float64Array.from({ length: formsOf(head) }, () => spread * random.normal());
  const numbers = new Float64Array(formsOf(head));
  head.distribution(numbers, 0, y, 0);
  return { y, numbers };
}

test('every kind of head is tried by this contract', () => {
  expect(new Set(headCases.map(({ spec }) => spec.kind))).toEqual(new Set(headKinds.map(({ kind }) => kind)));
  expect(() => makeHead({ kind: 'unheard' })).toThrow(/no head `unheard`; there are: real/);
});

describe.each(headCases)('the head $name', ({ spec, targets, cell, ordered }) => {
  const head = makeHead(spec);

  test('its loss has the gradient of central differences, times the share', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { y } = drawn(head, seed);
      for (const target of targets) {
        const gradient = new Float64Array(formsOf(head) + 1);
        head.loss(gradient, 1, y, target, 0.25);
        for (let f = 0; f < y.length; f++) {
          const at = (step: number) => head.loss(new Float64Array(y.length), 0, y.with(f, y[f] + step), target, 1);
          expect(gradient[f + 1]).toBeCloseTo((0.25 * (at(1e-5) - at(-1e-5))) / 2e-5, 6);
        }
      }
    }
  });

  test('bits are those of the loss, for a cell of the width of the target', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { y, numbers } = drawn(head, seed);
      for (const target of targets) {
        const nats = head.loss(new Float64Array(y.length), 0, y, target, 1) - Math.log(cell);
        expect(head.bits(numbers, 0, target, cell)).toBeCloseTo(Math.max(0, nats) / Math.LN2, 6);
      }
    }
  });

  test('what it draws has the probabilities that its bits say', () => {
    const { numbers } = drawn(head, 3);
    const random = new Random(1);
    const draws = Array.from({ length: DRAWS }, () => head.sample(numbers, 0, random));
    for (const target of targets) {
      const share = draws.filter((value) => Math.abs(value - target) < cell / 2).length / DRAWS;
      const probability = 2 ** -head.bits(numbers, 0, target, cell);
      expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt((probability + 1 / DRAWS) / DRAWS) + 2e-3);
    }
  });

  test('of what it draws a share of no more than p, and hardly less where values are many, has a rarity of p', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { numbers } = drawn(head, seed);
      const random = new Random(3);
      const rarities = Array.from({ length: 8_000 }, () => head.rarity(numbers, 0, head.sample(numbers, 0, random)));
      for (const p of [0.003, 0.03, 0.3, 0.9]) {
        const share = rarities.filter((rarity) => rarity <= p).length / rarities.length;
        expect(share).toBeLessThan(p + 4 * Math.sqrt(p / rarities.length) + 1e-3);
        if (spec.kind === 'real') expect(share).toBeGreaterThan(p - 4 * Math.sqrt(p / rarities.length) - 1e-3);
      }
      for (const target of targets) {
        const rarity = head.rarity(numbers, 0, target);
        if (cell === 1) expect(Math.log2(rarity)).toBeGreaterThanOrEqual(-head.bits(numbers, 0, target, 1) - 1e-6);
        expect(rarity).toBeLessThanOrEqual(1);
      }
    }
  });

  test.runIf(ordered)(
    'its quantiles are those of what it draws, in order, and apart from expected by deviation',
    () => {
      for (let seed = 0; seed < 5; seed++) {
        const { numbers } = drawn(head, seed);
        const random = new Random(1);
        const draws = Array.from({ length: DRAWS }, () => head.sample(numbers, 0, random)).sort((a, b) => a - b);
        let last = Number.NEGATIVE_INFINITY;
        for (const p of [0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999]) {
          const quantile = head.quantile(numbers, 0, p);
          const below = draws.filter((value) => value < quantile).length / DRAWS;
          const within = draws.filter((value) => value <= quantile).length / DRAWS;
          expect(below - 0.01).toBeLessThan(p);
          expect(within + 0.01).toBeGreaterThan(p);
          expect(quantile).toBeGreaterThanOrEqual(last);
          expect(head.expected(numbers, 0) + head.deviation(numbers, 0, p)).toBeCloseTo(quantile, 9);
          last = quantile;
        }
      }
    },
  );

  test.runIf(ordered)('what is expected is the mean of what it draws', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { numbers } = drawn(head, seed, 0.5);
      const random = new Random(2);
      const draws = Array.from({ length: DRAWS }, () => head.sample(numbers, 0, random));
      const mean = draws.reduce((sum, value) => sum + value, 0) / DRAWS;
      const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
      expect(Math.abs(mean - head.expected(numbers, 0))).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    }
  });

  test.runIf(!ordered)('values without an order have no quantiles', () => {
    const { numbers } = drawn(head, 1);
    expect([head.quantile(numbers, 0, 0.5), head.deviation(numbers, 0, 0.9)]).toEqual([Number.NaN, Number.NaN]);
  });

  test('whatever the network gives and a record says, loss and gradient are finite', () => {
    for (const size of [0, 1, 30, 1e3, 1e6]) {
      for (const said of [0, 1, -1, 0.5, 1e3, 1e9, -1e300, Number.POSITIVE_INFINITY]) {
        const { y, numbers } = drawn(head, 5, size);
        const target = head.learnable(said);
        if (Number.isNaN(target)) continue;
        const gradient = new Float64Array(y.length);
        const nats = head.loss(gradient, 0, y, target, 1);
        expect([nats, ...gradient, head.expected(numbers, 0)].every(Number.isFinite)).toBe(true);
        expect(head.bits(numbers, 0, target, cell)).toBeGreaterThanOrEqual(0);
      }
    }
    expect(head.learnable(Number.NaN)).toBeNaN();
  });

  test('equal seeds draw equal values, and it writes nothing but its own numbers', () => {
    const { y, numbers } = drawn(head, 8);
    const [first, second] = [new Random(4), new Random(4)];
    for (let n = 0; n < 20; n++) expect(head.sample(numbers, 0, first)).toBe(head.sample(numbers, 0, second));
    const wide = new Float32Array(formsOf(head) + 2).fill(-7);
    head.distribution(wide, 1, y, 0);
    expect([wide[0], wide[wide.length - 1]]).toEqual([-7, -7]);
    expect(head.expected(wide, 1)).toBeCloseTo(head.expected(numbers, 0), 4);
  });
});
