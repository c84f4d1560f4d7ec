import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noveltyMemory, noveltyOptions } from '../../src/score/novelty.ts';
import { Columns } from '../../src/series/columns.ts';
import { noise } from './noise.ts';

const kinds = ['small', 'exact'] as const;

function memoryOf(memory: (typeof kinds)[number], channels = 1) {
  const columns = new Columns();
  const novelty = noveltyMemory(columns, channels, noveltyOptions.parse({ memory, rows: 500 }));
  const slot = columns.allocate();
  return {
    columns,
    slot,
    novelty,
    observe: (value: number, error: number, minimum = 0) => novelty.observe(slot, 0, value, error, minimum),
  };
}

const anyNumber = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e150, max: 1e150 }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, 1e-300, -1e12, 1e12, Number.NaN, Number.POSITIVE_INFINITY),
);

describe.each(kinds)('a memory that is %s', (kind) => {
  test('scores are finite and never negative, whatever comes', () => {
    const rows = fc.array(fc.tuple(anyNumber, anyNumber), { minLength: 160, maxLength: 400 });
    fc.assert(
      fc.property(rows, (stream) => {
        const { novelty, observe } = memoryOf(kind);
        for (const [value, error] of stream) {
          observe(value, error);
          expect(novelty.valueScore).toBeGreaterThanOrEqual(0);
          expect(novelty.errorScore).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(novelty.valueScore + novelty.errorScore)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a value that is exactly one of the remembered, and was not too far out to be kept, scores 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 200, maxLength: 400 }),
        (xs) => {
          const { novelty, observe } = memoryOf(kind);
          for (let t = 0; t < 100; t++) observe(t % 2 === 0 ? -1e6 : 1e6, Number.NaN);
          for (const x of xs) observe(x, Number.NaN);
          const repeated = xs[xs.length - 30];
          observe(repeated, Number.NaN);
          expect(novelty.valueScore).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('scaling and shifting the values by powers of two changes no value score by more than rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: -20, max: 20 }), (seed, power) => {
        const [plain, scaled] = [memoryOf(kind), memoryOf(kind)];
        const next = noise(seed);
        for (let t = 0; t < 600; t++) {
          const value = 100 + next() + (t % 211 === 0 ? 15 : 0);
          plain.observe(value, Number.NaN);
          scaled.observe(-value * 2 ** power, Number.NaN);
          const expected = plain.novelty.valueScore;
          expect(Math.abs(scaled.novelty.valueScore - expected)).toBeLessThan(0.9 + 0.2 * expected);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('what is missing leaves the memories as they were', () => {
    const next = noise(7);
    const [whole, gappy] = [memoryOf(kind), memoryOf(kind)];
    for (let t = 0; t < 600; t++) {
      const [value, error] = [next(), next()];
      whole.observe(value, error);
      const scores = [whole.novelty.valueScore, whole.novelty.errorScore];
      gappy.observe(Number.NaN, Number.NaN);
      expect([gappy.novelty.valueScore, gappy.novelty.errorScore]).toEqual([0, 0]);
      gappy.observe(value, error);
      expect([gappy.novelty.valueScore, gappy.novelty.errorScore]).toEqual(scores);
    }
    expect(gappy.columns.read(gappy.slot)).toEqual(whole.columns.read(whole.slot));
  });

  test('nothing scores in the first 150 rows, and far away everything does after', () => {
    const next = noise(8);
    const { novelty, observe } = memoryOf(kind);
    for (let t = 0; t < 150; t++) {
      observe(t < 149 ? next() : 1e9, t < 149 ? next() : 1e9);
      expect([novelty.valueScore, novelty.errorScore]).toEqual([0, 0]);
    }
    observe(-1e9, -1e9);
    expect(novelty.valueScore).toBeGreaterThan(1);
    expect(novelty.errorScore).toBeGreaterThan(1);
  });

  test('deviations below the least that counts score 0', () => {
    const { novelty, observe } = memoryOf(kind);
    for (let t = 0; t < 400; t++) observe(20, 0);
    observe(20.05, 0.05, 0.1);
    expect([novelty.valueScore, novelty.errorScore]).toEqual([0, 0]);
    observe(20.5, 2, 0.1);
    expect(novelty.valueScore).toBeGreaterThan(1);
    expect(novelty.errorScore).toBeGreaterThan(1);
  });

  test('channels and series keep apart', () => {
    const next = noise(9);
    const { columns, slot, novelty } = memoryOf(kind, 2);
    const other = columns.allocate();
    for (let t = 0; t < 300; t++) {
      novelty.observe(slot, 0, next(), next(), 0);
      novelty.observe(slot, 1, 1000 + next(), next(), 0);
      novelty.observe(other, 0, -1000 + next(), next(), 0);
    }
    novelty.observe(slot, 0, 1000, 0, 0);
    expect(novelty.valueScore).toBeGreaterThan(1);
    novelty.observe(slot, 1, 1000, 0, 0);
    expect(novelty.valueScore).toBeLessThan(1);
    novelty.observe(other, 0, 0, 0, 0);
    expect(novelty.valueScore).toBeGreaterThan(1);
  });
});

test('the small memory comes near the exact one: both call the same tenth of rows the most novel', () => {
  const next = noise(10);
  const [small, exact] = [memoryOf('small'), memoryOf('exact')];
  const rows: (readonly [number, number])[] = [];
  for (let t = 0; t < 450; t++) {
    const value = t > 200 && t % 10 === 0 ? 8 * next() : next();
    small.observe(value, Number.NaN);
    exact.observe(value, Number.NaN);
    rows.push([small.novelty.valueScore, exact.novelty.valueScore]);
  }
  const alike = rows.filter(([a, b]) => a > 2 === b > 2);
  expect(alike.length).toBeGreaterThan(0.97 * rows.length);
  expect(rows.filter(([, b]) => b > 2).length).toBeGreaterThan(5);
});

test('the small memory takes at most 1.5 KB per series and channel', () => {
  expect(memoryOf('small').columns.bytesPerSlot).toBeLessThanOrEqual(1500);
});
