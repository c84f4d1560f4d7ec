import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';

const DRAWS = 40_000;

function draws(draw: () => number): readonly number[] {
  return Array.from({ length: DRAWS }, draw);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

/** xoshiro128** as its authors wrote it, in big integers. */
function oracle(words: readonly number[]): () => number {
  let [a, b, c, d] = words.map(BigInt);
  const u32 = (word: bigint) => BigInt.asUintN(32, word);
  const rotate = (word: bigint, bits: bigint) => u32((word << bits) | (word >> (32n - bits)));
  return () => {
    const result = u32(rotate(u32(b * 5n), 7n) * 9n);
    const carried = u32(b << 9n);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= carried;
    d = rotate(d, 11n);
    return Number(result);
  };
}

test('the words are those of xoshiro128**', () => {
  const random = new Random(7);
  const word = oracle(random.state().slice(1));
  for (let i = 0; i < 1000; i++) {
    const expected = (Math.floor(word() / 32) * 2 ** 26 + Math.floor(word() / 64)) / 2 ** 53;
    expect(random.next()).toBe(expected);
  }
});

test('the first draws of a seed stay what they are, because every simulated stream depends on them', () => {
  const random = new Random(1);
  expect([random.next(), random.next(), random.normal(), random.fork('a').next()]).toMatchInlineSnapshot(`
    [
      0.09156953175513294,
      0.8881928137485323,
      -0.021594851680901972,
      0.07838867695136809,
    ]
  `);
});

test('restore continues exactly where state was taken, forks included', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(50), (seed, drawn) => {
      const random = new Random(seed);
      for (let i = 0; i < drawn; i++) random.next();
      const other = new Random(0);
      other.restore(random.state());
      expect(other.next()).toBe(random.next());
      expect(other.fork('x').next()).toBe(random.fork('x').next());
    }),
  );
  expect(() => new Random(0).restore([1, 2])).toThrow(RangeError);
});

test('a fork depends on the seed and its label, not on what was drawn', () => {
  const random = new Random(3);
  const before = random.fork('wind').next();
  random.next();
  expect(random.fork('wind').next()).toBe(before);
  expect(random.fork('rain').next()).not.toBe(before);
  expect(new Random(4).fork('wind').next()).not.toBe(before);
});

test('uniforms fill [0, 1) evenly', () => {
  const values = draws(
    (
      (random) => () =>
        random.next()
    )(new Random(11)),
  );
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const cells = new Array<number>(20).fill(0);
  for (const value of values) cells[Math.floor(value * 20)]++;
  const chiSquare = cells.reduce((sum, n) => sum + (n - DRAWS / 20) ** 2 / (DRAWS / 20), 0);
  expect(chiSquare).toBeLessThan(43.8);
});

test.each([
  { name: 'normal', draw: (r: Random) => r.normal(), mean: 0, variance: 1 },
  { name: 'exponential with mean 3', draw: (r: Random) => r.exponential(3), mean: 3, variance: 9 },
  { name: 'Student-t with 10 degrees of freedom', draw: (r: Random) => r.studentT(10), mean: 0, variance: 1.25 },
  { name: 'Poisson with mean 2.5', draw: (r: Random) => r.poisson(2.5), mean: 2.5, variance: 2.5 },
  { name: 'int(6)', draw: (r: Random) => r.int(6), mean: 2.5, variance: 35 / 12 },
])('$name has its mean and variance', (expected) => {
  const random = new Random(5);
  const values = draws(() => expected.draw(random));
  expect(Math.abs(mean(values) - expected.mean)).toBeLessThan(4 * Math.sqrt(expected.variance / DRAWS));
  expect(Math.abs(variance(values) / expected.variance - 1)).toBeLessThan(0.08);
});

test('Student-t with 4 degrees of freedom has 5 % beyond its 97.5 % quantile', () => {
  const random = new Random(6);
  const outside = draws(() => random.studentT(4)).filter((value) => Math.abs(value) > 2.7764451051977987).length;
  expect(Math.abs(outside / DRAWS - 0.05)).toBeLessThan(0.005);
});

test('a Poisson of a large mean neither underflows nor is biased', () => {
  const random = new Random(8);
  const values = Array.from({ length: 500 }, () => random.poisson(2000));
  expect(Math.abs(mean(values) - 2000)).toBeLessThan(4 * Math.sqrt(2000 / 500));
  expect(random.poisson(0)).toBe(0);
});

test('pick gives each of the items, and refuses none', () => {
  const random = new Random(9);
  const seen = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
  expect([...seen].sort()).toEqual(['a', 'b', 'c']);
  expect(() => random.pick([])).toThrow(RangeError);
});
