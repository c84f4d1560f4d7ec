import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/event/time.ts';
import { ANCHORS, anchorsOf } from '../../src/forecast/anchors.ts';
import { Calibration } from '../../src/forecast/calibration.ts';
import { crossing } from '../../src/forecast/crossing.ts';
import { horizonGroups } from '../../src/forecast/horizons.ts';
import { fromLevel, toLevel } from '../../src/forecast/level.ts';
import { crps, GRID, pinball } from '../../src/forecast/measures.ts';
import { Past } from '../../src/forecast/past.ts';
import { Residuals } from '../../src/forecast/residuals.ts';
import { timesAhead, Weekdays } from '../../src/forecast/times.ts';
import { Random } from '../../src/math/random.ts';

const open = { isOpen: () => true };

describe('measures', () => {
  test('CRPS of normal quantiles is that of the closed form (Gneiting and Raftery 2007, eq. 21)', () => {
    const random = new Random(3);
    const draws = Float64Array.from({ length: 200_000 }, () => random.normal()).sort();
    const grid = Float64Array.from(GRID, (p) => draws[Math.floor(p * draws.length)]);
    // At 0: 2φ(0) − 1/√π.
    expect(crps(grid, 0)).toBeCloseTo(0.2337, 2);
    // At 2: 2(2Φ(2) − 1) + 2φ(2) − 1/√π.
    expect(crps(grid, 2)).toBeCloseTo(1.4528, 1);
  });

  test('pinball loss has its least mean at the quantile', () => {
    const values = Array.from({ length: 101 }, (_, n) => n);
    const mean = (q: number) => values.reduce((sum, y) => sum + pinball(0.9, q, y), 0);
    expect(mean(90)).toBeLessThan(mean(85));
    expect(mean(90)).toBeLessThan(mean(95));
  });
});

describe('horizons', () => {
  test('groups have no gap, and each reaches a quarter further', () => {
    const groups = [...horizonGroups(24)];
    expect(groups.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groups.every((group, n) => n === 0 || [0, 1].includes(group - groups[n - 1]))).toBe(true);
    expect(horizonGroups(10_000).at(-1)).toBeLessThan(50);
  });
});

describe('calibration', () => {
  test('a point that errs less weighs more, and the quantiles are those of the errors seen', () => {
    const calibration = new Calibration(4, 2);
    const random = new Random(1);
    const points = Float64Array.of(10, 0);
    expect(calibration.point(2, points, 0)).toBe(10);
    expect(calibration.isCalibrated(2)).toBe(false);
    let within = 0;
    for (let n = 0; n < 2000; n++) {
      const point = calibration.point(2, points, 0);
      const spread = calibration.spread(2, 1);
      const y = 3 * random.normal();
      if (n >= 300) {
        const [low, high] = [0.1, 0.9].map((p) => point + spread * calibration.quantile(2, p));
        if (y > low && y < high) within++;
      }
      calibration.settle(2, y, { points, at: 0, point, spread });
    }
    // The network's median is 10 off, the other point is not.
    expect(calibration.point(2, points, 0)).toBeLessThan(0.3);
    expect(within / 1700).toBeGreaterThan(0.77);
    expect(within / 1700).toBeLessThan(0.83);
    expect(calibration.isCalibrated(3)).toBe(false);
  });

  test('a point that is not there has no weight', () => {
    const calibration = new Calibration(1, 2);
    for (let n = 0; n < 50; n++) {
      calibration.settle(0, 1, { points: Float64Array.of(5, 1), at: 0, point: 5, spread: 1 });
    }
    expect(calibration.point(0, Float64Array.of(5, Number.NaN), 0)).toBe(5);
  });

  test('of n errors the k-th smallest is the quantile k/(n + 1)', () => {
    const residuals = new Residuals();
    for (const error of [3, 1, 2]) residuals.push(error);
    expect([0.25, 0.5, 0.75, 0.99].map((p) => residuals.quantile(p))).toEqual([1, 2, 3, 3]);
    for (let n = 0; n < 256; n++) residuals.push(7);
    expect(residuals.quantile(0.01)).toBe(7);
  });
});

describe('what was a season ago', () => {
  const recent = new Past(1);
  for (let n = 0; n < 24 * 8; n++) recent.push(n * HOUR_MS, Float64Array.of(n));

  test('is found by time, and with the step that was made then', () => {
    const origin = (24 * 8 - 1) * HOUR_MS;
    const out = new Float64Array(ANCHORS.length);
    out.set(anchorsOf(recent, 0, { originMs: origin, timeMs: origin + 2 * HOUR_MS, intervalMs: HOUR_MS }));
    // Newest 191; a day before the row 169, two rows after 167; a week before it 25, after 23.
    expect([...out]).toEqual([191, 169, 193, 25, 193]);
  });

  test('further than a season ahead it is the last one seen', () => {
    const origin = (24 * 8 - 1) * HOUR_MS;
    const out = new Float64Array(ANCHORS.length);
    out.set(anchorsOf(recent, 0, { originMs: origin, timeMs: origin + 30 * HOUR_MS, intervalMs: HOUR_MS }));
    expect(out[1]).toBe(191 + 30 - 48);
  });

  test('is not there for rows a day apart, nor where there was no row', () => {
    const out = new Float64Array(ANCHORS.length);
    out.set(anchorsOf(recent, 0, { originMs: 0, timeMs: DAY_MS, intervalMs: DAY_MS }));
    expect(out[1]).toBeNaN();
    expect(recent.at(0, -HOUR_MS, HOUR_MS / 2)).toBeNaN();
  });

  test('the oldest rows are forgotten, and the newest found, once there are many', () => {
    const many = new Past(1);
    for (let n = 0; n < 5_000; n++) many.push(n, Float64Array.of(n === 4_999 ? Number.NaN : n));
    expect(many.newest(0)).toBe(4_998);
    expect(many.at(0, 4_000, 0.4)).toBe(4_000);
    expect(many.at(0, 100, 0.4)).toBeNaN();
  });
});

describe('times ahead', () => {
  test('a series of days that rests on weekends has no row there, one of hours has', () => {
    const weekdays = new Weekdays();
    // From Monday 2026-01-05 to Friday 2026-03-06.
    const first = Date.UTC(2026, 0, 5);
    for (let day = 0; day < 61; day++) if (day % 7 < 5) weekdays.push(first + day * DAY_MS);
    const lastMs = first + 60 * DAY_MS;
    const days = timesAhead({ lastMs, intervalMs: DAY_MS, calendar: open, weekdays }, 6);
    expect(days.map((timeMs) => new Date(timeMs).getUTCDay())).toEqual([1, 2, 3, 4, 5, 1]);
    expect(timesAhead({ lastMs, intervalMs: HOUR_MS, calendar: open, weekdays }, 2)).toEqual([
      lastMs + HOUR_MS,
      lastMs + 2 * HOUR_MS,
    ]);
  });

  test('a calendar that never opens does not hold a forecast up', () => {
    const never = { isOpen: () => false };
    expect(timesAhead({ lastMs: 0, intervalMs: 1000, calendar: never }, 2)).toHaveLength(2);
  });
});

describe('crossing', () => {
  // Three paths of three rows: crosses at the second, at the third, never.
  const values = Float64Array.of(1, 1, 1, 5, 2, 1, 1, 6, 4);
  const paths = { times: [10, 20, 30], paths: 3, values };

  test('is the share of paths that reach the value, and when they first do', () => {
    expect(crossing(5, { ...paths, from: 0 })).toEqual({
      direction: 'up',
      probability: 2 / 3,
      early: 20,
      median: 30,
      late: 30,
    });
  });

  test('goes down where the series is above, and has no time where no path crosses', () => {
    expect(crossing(0, { ...paths, from: 3 })).toMatchObject({ direction: 'down', probability: 0, median: undefined });
  });
});

test.each(['none', 'log1p', 'log_return', 'difference', 'counter'] as const)('a level of %s is undone', (transform) => {
  for (const value of [0.5, 3, 1e6]) expect(fromLevel(transform, toLevel(transform, value)) / value).toBeCloseTo(1, 9);
});
