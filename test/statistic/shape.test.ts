import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { autocovariance, cycleOf, meanOf } from '../../src/statistic/cycle.ts';
import { shape } from '../../src/statistic/shape.ts';
import { madeSure } from './streams.ts';

/** A series fed value by value: the statistic's value and its span after each. */
function fed(paceMs = 8) {
  const { observe, statistic, columns } = madeSure(shape, { channels: 1, paceMs });
  const slot = columns.allocate();
  let t = 0;
  return (values: Iterable<number>) =>
    Array.from(values, (x) => ({ value: observe(slot, t++, [x])[0], span: statistic.spans?.[0] ?? 0 }));
}

const most = (found: readonly { readonly value: number }[]) => Math.max(...found.map(({ value }) => value));

/** Beats `rows` apart: a narrow peak and a wide wave after it. `odd`: the numbers of those whose wave points down, which stay within the usual range. */
function* beats(random: Random, rows: number, [from, to]: readonly [number, number], odd: readonly number[] = []) {
  for (let t = from * rows; t < to * rows; t++) {
    const at = (t % rows) / rows;
    const wave = Math.exp(-(((at - 0.6) / 0.1) ** 2));
    const down = odd.includes(Math.floor(t / rows)) ? -1 : 1;
    yield Math.exp(-(((at - 0.3) / 0.05) ** 2)) + 0.5 * down * wave - 0.5 * at + 0.03 * random.normal();
  }
}

function* walk(random: Random, rows: number, keeps: number) {
  for (let t = 0, x = 0; t < rows; t++, x = keeps * x + random.normal()) yield x;
}

describe('the shape of a cyclic series', () => {
  test.each([20, 75, 130, 400])('of %i rows a cycle is unusual where one beat differs, and seldom else', (rows) => {
    const random = new Random(rows);
    const feed = fed();
    feed(beats(random, rows, [0, 150]));
    expect(most(feed(beats(random, rows, [150, 200])))).toBeLessThan(6);
    expect(most(feed(beats(random, rows, [200, 202], [200])))).toBeGreaterThan(8);
  });

  test('covers 0.7 of a cycle, which is found to a tenth', () => {
    for (const rows of [20, 75, 130, 400]) {
      const found = fed()(beats(new Random(1), rows, [0, 200])).at(-1);
      expect((found?.span ?? 0) / (0.7 * rows)).toBeGreaterThan(0.9);
      expect((found?.span ?? 0) / (0.7 * rows)).toBeLessThan(1.1);
    }
  });

  test('is not looked at where rows are further apart than two seconds: what repeats there is a schedule', () => {
    const values = [...beats(new Random(3), 50, [0, 100], [80])];
    expect(most(fed(2_000)(values))).toBeGreaterThan(8);
    expect(most(fed(30_000)(values))).toBe(0);
  });

  test('does not depend on the unit, nor on a large level', () => {
    const values = [...beats(new Random(3), 50, [0, 100], [80])];
    const plain = fed()(values);
    const other = fed()(values.map((x) => 1e6 + 2 ** -4 * x));
    const apart = plain.map(({ value }, t) => Math.abs(value - other[t].value));
    expect(most(plain)).toBeGreaterThan(8);
    expect(Math.max(...apart)).toBeLessThan(0.1);
  });

  test('of beats that are exactly alike is not 10⁸ deviations off where one differs a little', () => {
    const feed = fed();
    const square = (length: number, late: number) =>
      Array.from({ length }, (_, t) => ((t + (t > late ? 1 : 0)) % 24 < 12 ? 0 : 1));
    feed(square(6_000, Number.POSITIVE_INFINITY));
    const differs = most(feed(square(240, 100)));
    expect(differs).toBeGreaterThan(8);
    expect(differs).toBeLessThan(200);
  });

  test('that was seen often enough is unusual no more', () => {
    const random = new Random(4);
    const feed = fed();
    const odd = Array.from({ length: 60 }, (_, i) => 100 + 4 * i);
    feed(beats(random, 50, [0, 100]));
    const first = most(feed(beats(random, 50, [100, 102], odd)));
    feed(beats(random, 50, [102, 320], odd));
    expect(most(feed(beats(random, 50, [320, 340], odd)))).toBeLessThan(first / 2);
  });
});

describe('a series without a cycle has no shape', () => {
  const rows = 30_000;
  const series: readonly [string, (random: Random) => Iterable<number>][] = [
    ['noise', (random) => walk(random, rows, 0)],
    ['a walk that returns', (random) => walk(random, rows, 0.95)],
    ['a random walk', (random) => walk(random, rows, 1)],
    ['a level', () => walk(new Random(0), 1, 0)],
  ];
  test.each(series)('%s', (_, draw) => {
    for (const seed of [1, 2, 3]) expect(most(fed()(draw(new Random(seed))))).toBe(0);
  });
});

describe('a cycle', () => {
  const samples = (draw: (t: number) => number) => Float32Array.from({ length: 512 }, (_, t) => draw(t));
  const found = (all: Float32Array) => {
    const mean = meanOf(all);
    return cycleOf(
      all,
      Float32Array.from({ length: 65 }, (_, lag) => autocovariance(all, mean, lag)),
      16,
    );
  };

  test('is as long as the first high peak of the autocorrelation, not twice or half as long', () => {
    expect(found(samples((t) => Math.sin((2 * Math.PI * t) / 24) + 0.8 * Math.sin((4 * Math.PI * t) / 24)))).toBe(24);
    expect(found(samples((t) => (t % 30 < 5 ? 1 : 0)))).toBe(30);
  });

  test('is not reported where it is shorter than asked, longer than an eighth of the samples, or not there', () => {
    expect(found(samples((t) => Math.sin((2 * Math.PI * t) / 9)))).toBe(0);
    expect(found(samples((t) => Math.sin((2 * Math.PI * t) / 200)))).toBe(0);
    expect(found(samples(() => 5))).toBe(0);
  });
});
