import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scaler } from '../../src/feature/scaler.ts';
import { Columns } from '../../src/series/columns.ts';

const clip = (x: number, limit: number): number => Math.max(-limit, Math.min(limit, x));

/** docs/detection.md#scaling, as it is written: z, d and the next unit of each value, from scratch and with no state but four numbers. */
function twin(values: readonly number[]) {
  let [m, v, changes, n] = [0, 0, 0, 0];
  return values.map((x, t) => {
    const s = Math.max(Math.sqrt(v), 1e-6 * Math.abs(m) + 1e-9);
    const z = n < 2 ? 0 : clip((x - m) / s, 6);
    let d = 0;
    if (n > 0) {
      const sd = Math.max(1.2533 * changes, 0.02 * s);
      const change = x - values[t - 1];
      d = change / sd;
      const size = n > 20 ? Math.min(Math.abs(change), 6 * sd) : Math.abs(change);
      changes += (size - changes) / Math.min(n, 1000);
    }
    const dx = n > 20 ? clip(x - m, 4 * s) : x - m;
    n++;
    const a = 1 / Math.min(n, 2000);
    m += a * dx;
    v = (1 - a) * (v + a * dx * dx);
    const unit = Math.max(1.2533 * changes, 0.02 * Math.max(Math.sqrt(v), 1e-6 * Math.abs(m) + 1e-9));
    return { z, d, unit };
  });
}

function scaler() {
  const columns = new Columns();
  const made = new Scaler(columns, 2);
  columns.allocate();
  return { made, slot: columns.allocate() };
}

/** As f32 keeps it. */
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)) + 1e-40;

test('scales each value as its naive twin does, by what came before it', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { maxLength: 80 }), (values) => {
      const { made, slot } = scaler();
      const expected = twin(values);
      for (const [t, x] of values.entries()) {
        made.update(slot, 1, x);
        const { z, d, unit } = expected[t];
        expect(near(made.lastZ(slot, 1), z)).toBe(true);
        expect(near(made.lastD(slot, 1), d)).toBe(true);
        expect(near(made.unit(slot, 1), unit)).toBe(true);
      }
    }),
  );
});

test('agrees with its twin over 3000 rows, past the length of both fading means', () => {
  const values = Array.from({ length: 3000 }, (_, t) => Math.sin(t / 7) + (t % 911 === 910 ? 50 : 0) + t / 1000);
  const { made, slot } = scaler();
  for (const x of values) made.update(slot, 0, x);
  const { z, unit } = twin(values)[2999];
  expect(made.lastZ(slot, 0)).toBeCloseTo(z, 5);
  expect(made.unit(slot, 0)).toBeCloseTo(unit, 10);
});

test('nothing is known of the first two values: their z is 0', () => {
  const { made, slot } = scaler();
  made.update(slot, 0, 1e6);
  expect(made.lastZ(slot, 0)).toBe(0);
  made.update(slot, 0, -1e6);
  expect(made.lastZ(slot, 0)).toBe(0);
});

test('an outlier after twenty rows moves level and unit by a bounded step', () => {
  const { made, slot } = scaler();
  for (let t = 0; t < 100; t++) made.update(slot, 0, t % 2);
  const before = made.unit(slot, 0);
  made.update(slot, 0, 1e9);
  expect(made.lastZ(slot, 0)).toBe(6);
  expect(made.unit(slot, 0)).toBeLessThan(1.1 * before);
});

test('the unit of a series that never moves is small, and never 0', () => {
  const { made, slot } = scaler();
  for (let t = 0; t < 50; t++) made.update(slot, 0, 0);
  expect(made.unit(slot, 0)).toBeGreaterThan(0);
});

test('one channel of one series knows nothing of the others', () => {
  const { made, slot } = scaler();
  made.update(slot, 0, 7);
  expect(made.rows(slot, 0)).toBe(1);
  expect(made.rows(slot, 1)).toBe(0);
  expect(made.rows(slot - 1, 0)).toBe(0);
});

test.each([3.4028234663852886e38, -1.7e308, 1e154])(
  'a filler of %d among the first rows is forgotten at once',
  (filler) => {
    for (const at of [0, 1, 2, 19]) {
      const [spoilt, clean] = [scaler(), scaler()];
      const values = Array.from({ length: 200 }, (_, n) => 20 + ((n * 7) % 11) / 4);
      for (const [n, x] of values.entries()) {
        spoilt.made.update(spoilt.slot, 1, n === at ? filler : x);
        if (n !== at) clean.made.update(clean.slot, 1, x);
      }
      const units = [spoilt, clean].map(({ made, slot }) => made.unit(slot, 1));
      expect(units[0] / units[1]).toBeCloseTo(1, 1);
      spoilt.made.update(spoilt.slot, 1, 60);
      expect([spoilt.made.lastZ(spoilt.slot, 1), spoilt.made.lastD(spoilt.slot, 1) > 20]).toEqual([6, true]);
    }
  },
);

test('a change beyond what f32 holds is the largest that it does', () => {
  const { made, slot } = scaler();
  for (const x of [1, 2, 1, 2, 1.7e308, -1.7e308]) made.update(slot, 1, x);
  expect(made.lastD(slot, 1)).toBeCloseTo(-3e38, -32);
});
