import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Judge } from '../../src/detector/judge.ts';
import type { JudgedRow } from '../../src/detector/judged-row.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { Features } from '../../src/feature/features.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';
import { smallDetector } from './options.ts';

/** A judge of one series with a row a minute, whose network says of every row: as the last one, give or take one usual step. */
function series(channels: readonly object[], alert: object = {}) {
  const columns = new Columns();
  const options = smallDetector(channels, { alert });
  const features = new Features(columns, options.channels, options.features);
  const judge = new Judge(columns, features, options);
  const slot = columns.allocate();
  const said = { distribution: Float64Array.from(channels.flatMap(() => [0, 1])), at: 0 };
  let timeMs = 1e12;
  const row = (...values: readonly number[]): JudgedRow => {
    timeMs += MINUTE_MS;
    const taken = { series: 's', startMs: timeMs, endMs: timeMs, values: Float64Array.from(values) };
    judge.judge(slot, taken, said, 1);
    judge.describe(said);
    features.update(slot, timeMs, taken.values, judge.found.xs);
    return judge.found;
  };
  return { judge: judge.found, row };
}

/** 400 rows of each channel's noise between 20 and 21. */
function noisy(channels: readonly object[], alert: object = {}) {
  const made = series(channels, alert);
  const random = new Random(7);
  for (let t = 0; t < 400; t++) made.row(...channels.map(() => 20 + random.next()));
  return made;
}

/** 400 rows of the same value. */
function flat(value: number, channel: object = {}) {
  const made = series([channel]);
  for (let t = 0; t < 400; t++) made.row(value);
  return made;
}

describe('what is unlike everything seen', () => {
  test('alarms, and blames its channel', () => {
    const { judge, row } = noisy([{}, {}, {}], { budget: '1/week' });
    expect(judge.alarm).toBe(false);
    row(20, 90, 20);
    // The series is young: by a day of it nothing is known to be as rare as a critical alert.
    expect(judge).toMatchObject({ alarm: true, unusual: true, severe: false, lead: 1, reason: 'unusual_value' });
    expect(judge.score).toBeGreaterThan(0.8);
    expect(judge.attribution[1]).toBeGreaterThan(0.9);
  });

  test('does not alarm while the series is new', () => {
    const { row } = series([{}]);
    const random = new Random(7);
    for (let t = 0; t < 149; t++) {
      expect(row(t === 120 ? 1e6 : random.normal())).toMatchObject({ alarm: false, unusual: false, warming: true });
    }
  });

  test('wakes nobody before `after_rows`, though it is scored', () => {
    const { row } = noisy([{}], { after_rows: 402 });
    const early = row(90);
    expect(early).toMatchObject({ alarm: false, unusual: false });
    expect(early.score).toBeGreaterThan(0.5);
    row(20.5);
    expect(row(-90).alarm).toBe(true);
  });

  test('alarms once, and not again for a hundred rows', () => {
    const { row } = noisy([{}]);
    expect(row(90).alarm).toBe(true);
    expect(row(20).alarm).toBe(false);
    expect(row(900)).toMatchObject({ alarm: false, unusual: true });
  });

  test('needs to be rarer where the budget is small', () => {
    const scores = ['10/day', '1/week', '1/month'].map((budget) => noisy([{}], { budget }).row(90).score);
    expect(scores[0]).toBeGreaterThan(scores[1]);
    expect(scores[1]).toBeGreaterThan(scores[2]);
  });
});

describe('a deviation that nobody asked about never alarms', () => {
  test.each([
    ['up', 90, -50],
    ['down', -50, 90],
  ] as const)('direction %s', (direction, counted, not) => {
    expect(noisy([{ direction }]).row(counted).alarm).toBe(true);
    expect(noisy([{ direction }]).row(not)).toMatchObject({ alarm: false, unusual: false });
  });

  test('one smaller than `min_deviation`, absolute', () => {
    expect(noisy([{ min_deviation: { absolute: 100 } }]).row(90).unusual).toBe(false);
    expect(noisy([{ min_deviation: { absolute: 5 } }]).row(90).alarm).toBe(true);
  });

  test('one smaller than `min_deviation`, as a share of what was expected', () => {
    expect(noisy([{ min_deviation: { relative: 5 } }]).row(90).unusual).toBe(false);
    expect(noisy([{ min_deviation: { relative: 0.5 } }]).row(90).alarm).toBe(true);
  });

  test('`min_deviation` counts in the unit of the channel, whatever the network sees of it', () => {
    expect(noisy([{ transform: 'log1p', min_deviation: { absolute: 100 } }]).row(90).unusual).toBe(false);
    expect(noisy([{ transform: 'log1p', min_deviation: { absolute: 5 } }]).row(90).alarm).toBe(true);
  });
});

describe('a channel with `score: false`', () => {
  const channels = [{ score: false }, {}, {}];

  test('never raises an alert, holds none, and is blamed for nothing', () => {
    const { judge, row } = noisy(channels, { budget: '1/week' });
    row(1e6, 20.5, 20.5);
    expect(judge).toMatchObject({ alarm: false, unusual: false });
    expect(judge.attribution[0]).toBe(0);
    expect(judge.lead).not.toBe(0);
  });

  test('does not hide what is wrong with another', () => {
    const { judge, row } = noisy(channels, { budget: '1/week' });
    row(1e6, 90, 20.5);
    expect(judge).toMatchObject({ alarm: true, lead: 1 });
    expect([judge.attribution[0], judge.attribution[1] > 0.9]).toEqual([0, true]);
  });

  test('leaves the only other channel all the blame', () => {
    const { judge, row } = noisy([{ score: false }, {}], { budget: '1/week' });
    row(1e6, 90);
    expect([judge.lead, ...judge.attribution]).toEqual([1, 0, 1]);
  });
});

describe('a flat series', () => {
  test.each([0.1, 0.01, 1, 1 / 3])('never scores for one step of a sensor that shows %d', (resolution) => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 100_000 }), fc.constantFrom(-1, 1), (steps, step) => {
        const { row } = flat(steps * resolution, { resolution });
        expect(row((steps + step) * resolution).score).toBeLessThan(0.5);
        expect(row(steps * resolution).score).toBeLessThan(0.5);
      }),
      { numRuns: 20 },
    );
  });

  test('scores for ten steps', () => {
    expect(flat(20, { resolution: 0.1 }).row(21).score).toBeGreaterThan(0.5);
  });

  test('never scores for the last bit of a double, with no resolution given', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(value, (base) => {
        const { row } = flat(base);
        expect(row(base * (1 + Number.EPSILON)).score).toBeLessThan(0.5);
        expect(row(base).score).toBeLessThan(0.5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a missing value', () => {
  test('is not surprising, and leaves what was expected', () => {
    const { judge, row } = noisy([{}, {}]);
    row(Number.NaN, 20);
    expect(judge.targets[0]).toBeNaN();
    expect(judge.bits[0]).toBe(0);
    expect(judge).toMatchObject({ alarm: false, unusual: false });
    expect(Number.isFinite(judge.expected[0])).toBe(true);
  });

  test('hides nothing of the other channels', () => {
    expect(noisy([{}, {}]).row(Number.NaN, 90)).toMatchObject({ alarm: true, lead: 1 });
  });

  test('in a whole row gives no bits, no blame and no alarm', () => {
    const { judge, row } = noisy([{}, {}]);
    row(Number.NaN, Number.NaN);
    expect([...judge.bits, ...judge.attribution]).toEqual([0, 0, 0, 0]);
    expect(judge.pValue).toBe(1);
  });

  test('that has been missing from the beginning has no expectation', () => {
    const { judge, row } = series([{}]);
    row(Number.NaN);
    row(Number.NaN);
    expect(judge.score).toBe(0);
    expect([judge.expected[0], judge.lower[0], judge.upper[0]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

test('what was expected, and its band, are in the unit of the channel', () => {
  for (const transform of ['none', 'log1p', 'log_return', 'difference']) {
    const { judge, row } = series([{ transform }]);
    for (let t = 0; t < 50; t++) row(100 + (t % 2));
    expect(judge.expected[0]).toBeGreaterThan(95);
    expect(judge.expected[0]).toBeLessThan(106);
    expect(judge.lower[0]).toBeLessThan(judge.expected[0]);
    expect(judge.upper[0]).toBeGreaterThan(judge.expected[0]);
  }
});

test('across a session break nothing is expected of a return', () => {
  const columns = new Columns();
  const options = smallDetector([{ transform: 'log_return' }], { features: { session_gap: '1h' } });
  const features = new Features(columns, options.channels, options.features);
  const judging = new Judge(columns, features, options);
  const judge = judging.found;
  const slot = columns.allocate();
  const said = { distribution: Float64Array.of(0, 1), at: 0 };
  const row = (timeMs: number, value: number): void => {
    const taken = { series: 's', startMs: timeMs, endMs: timeMs, values: Float64Array.of(value) };
    judging.judge(slot, taken, said, 1);
    features.update(slot, timeMs, taken.values, judge.xs);
  };
  for (let t = 0; t < 200; t++) row(t * MINUTE_MS, 100 + (t % 2));
  expect(judge.expected[0]).toBeCloseTo(100, -1);
  row(2000 * MINUTE_MS, 150);
  expect([judge.expected[0], judge.bits[0]]).toEqual([Number.NaN, 0]);
  expect(judge).toMatchObject({ alarm: false, unusual: false });
});

test('whatever comes, bits are finite and not negative, and blame is shared out whole or not at all', () => {
  const value = fc.oneof(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.constant(Number.NaN), fc.nat(3));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value), { maxLength: 60 }), (rows) => {
      const { judge, row } = series([{}, { transform: 'log1p' }, { transform: 'difference', resolution: 1 }]);
      for (const values of rows) {
        row(...values);
        expect(judge.bits.every((bits) => bits >= 0 && Number.isFinite(bits))).toBe(true);
        const blamed = judge.attribution.reduce((sum, share) => sum + share, 0);
        expect(blamed === 0 || Math.abs(blamed - 1) < 1e-9).toBe(true);
        expect(judge.pValue).toBeGreaterThan(0);
        expect(judge.pValue).toBeLessThanOrEqual(1);
        expect(judge.lead).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
