import { describe, expect, test } from 'vitest';
import { channelOptions } from '../../src/event/channel.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import { Features } from '../../src/feature/features.ts';
import { featureOptions } from '../../src/feature/options.ts';
import { transformed } from '../../src/feature/transform.ts';
import { Columns } from '../../src/series/columns.ts';

/** One series of channels a, b …; `row` takes a row in, `inputs` are those of the row to come. */
function series(channels: readonly object[], options: object = {}) {
  const columns = new Columns();
  const named = channels.map((channel, d) => ({ ...channelOptions.parse(channel), name: 'ab'[d] }));
  const features = new Features(columns, named, featureOptions.parse({ calendar: [], season: null, ...options }));
  const slot = columns.allocate();
  return {
    features,
    row(timeMs: number, ...values: readonly number[]) {
      const xs = values.map((value, d) => transformed(named[d].transform, value, features.previous(slot, d, timeMs)));
      features.update(slot, timeMs, Float64Array.from(values), Float64Array.from(xs));
      return xs;
    },
    inputs(timeMs: number) {
      const out = new Float64Array(features.inputs + 2).fill(-99);
      features.write(slot, timeMs, out, 1);
      expect([out[0], out[features.inputs + 1]]).toEqual([-99, -99]);
      return [...out.subarray(1, features.inputs + 1)];
    },
    previous: (timeMs: number) => features.previous(slot, 0, timeMs),
  };
}

const [MISSING, AGE, SEASON] = [2, 3, 4];

test('a new series enters as zeros', () => {
  expect(series([{}, {}], { season: '1d' }).inputs(Date.UTC(2026, 0, 1))).toEqual(Array(10).fill(0));
});

describe('a missing value', () => {
  test('is marked, and its age grows in sampling intervals, while z and d stay those of the last value', () => {
    const { row, inputs } = series([{}, {}]);
    for (let t = 0; t < 30; t++) row(t * MINUTE_MS, t % 3, 1);
    const before = inputs(30 * MINUTE_MS);
    expect([before[MISSING], before[AGE]]).toEqual([0, 0]);
    row(30 * MINUTE_MS, Number.NaN, 1);
    row(31 * MINUTE_MS, Number.NaN, 1);
    const after = inputs(32 * MINUTE_MS);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[MISSING]).toBe(1);
    expect(after[AGE]).toBeCloseTo(Math.log(3), 9);
    expect(after.slice(4)).toEqual([expect.any(Number), expect.any(Number), 0, 0]);
  });

  test('is marked no longer once a value has come', () => {
    const { row, inputs } = series([{}]);
    row(0, 1);
    row(1000, Number.NaN);
    row(2000, 1);
    expect(inputs(3000).slice(MISSING)).toEqual([0, 0]);
  });
});

describe('the local clock', () => {
  test('is that of the row to come, in the zone of the stream, on both sides of a change to summer time', () => {
    const { inputs } = series([{}], { zone: 'Europe/Berlin', calendar: ['time_of_day', 'day_of_week'] });
    const phase = (utc: string) => {
      const [sin, cos] = inputs(Date.parse(utc)).slice(4, 6);
      return (Math.atan2(sin, cos) / (2 * Math.PI)) * 24;
    };
    expect(phase('2026-03-28T05:00Z')).toBeCloseTo(6, 9);
    expect(phase('2026-03-29T04:00Z')).toBeCloseTo(6, 9);
    expect(phase('2026-10-24T04:00Z')).toBeCloseTo(6, 9);
    expect(phase('2026-10-25T05:00Z')).toBeCloseTo(6, 9);
  });

  test('may be left out', () => {
    expect(series([{}]).features.inputs).toBe(4);
    expect(series([{}], { calendar: ['day_of_week'] }).features.inputs).toBe(6);
    expect(series([{}], { calendar: ['time_of_day'] }).features.inputs).toBe(8);
  });
});

describe('the season', () => {
  const daily = (local: number) => ((local / HOUR_MS) % 24) ** 2;

  test('shows the step that one season ago would make', () => {
    const { row, inputs, features } = series([{}], { season: '1d' });
    for (let t = 0; t < 30 * HOUR_MS; t += HOUR_MS) row(t, daily(t));
    const step = (daily(30 * HOUR_MS) - daily(29 * HOUR_MS)) / features.scaler.unit(0, 0);
    expect(inputs(30 * HOUR_MS)[SEASON]).toBeCloseTo(step / 4, 6);
  });

  test('is 0 until there is one, and bounded', () => {
    const { row, inputs } = series([{}], { season: '1d' });
    for (let t = 0; t < DAY_MS; t += HOUR_MS) row(t, t === 6 * HOUR_MS ? 1e9 : 5);
    expect(inputs(DAY_MS - HOUR_MS / 2)[SEASON]).toBe(0);
    for (let t = DAY_MS; t < DAY_MS + 6 * HOUR_MS; t += HOUR_MS) row(t, 5);
    expect(Math.abs(inputs(DAY_MS + 6 * HOUR_MS)[SEASON])).toBeLessThanOrEqual(5);
  });

  test('follows the wall clock through a change to summer time', () => {
    const { row, inputs, features } = series([{}], { season: '1d', zone: 'America/New_York' });
    const opens = Date.parse('2026-03-07T14:30Z');
    for (let t = opens - 6 * HOUR_MS; t < opens + 22 * HOUR_MS; t += HOUR_MS / 2) row(t, t === opens ? 100 : 1);
    const next = Date.parse('2026-03-08T13:30Z');
    for (let t = opens + 22 * HOUR_MS; t < next; t += HOUR_MS / 2) row(t, 1);
    const step = 99 / features.scaler.unit(0, 0);
    expect(inputs(next)[SEASON]).toBeCloseTo(Math.min(step, 20) / 4, 5);
  });
});

describe('sessions', () => {
  const sessions = { zone: 'America/New_York', open: '9:30', close: '16:00' };
  const friday = Date.parse('2026-10-30T13:30Z');
  const monday = Date.parse('2026-11-02T14:30Z');

  test('are the time in which a missing value ages', () => {
    const { row, inputs } = series([{}, {}], { sessions });
    for (let minute = 0; minute < 389; minute++) row(friday + minute * MINUTE_MS, 1, 1);
    row(friday + 389 * MINUTE_MS, Number.NaN, 1);
    expect(inputs(monday)[AGE]).toBeCloseTo(Math.log(2), 9);
  });

  test('are the time between rows: a weekend is no sampling interval', () => {
    const { row, features } = series([{}], { sessions });
    for (const day of [0, 7, 14]) row(monday + day * DAY_MS, 1);
    expect(features.interval.median(0)).toBe(5 * 6.5 * HOUR_MS);
  });

  test('the season is the same minute of the session before, across a weekend, a holiday and a change of the clocks', () => {
    const { row, inputs, features } = series([{}], {
      sessions: { ...sessions, holidays: ['2026-11-02'] },
      season: '1d',
    });
    for (let minute = 0; minute < 390; minute++) row(friday + minute * MINUTE_MS, minute === 100 ? 50 : 1);
    const tuesday = monday + DAY_MS;
    for (let minute = 0; minute < 100; minute++) row(tuesday + minute * MINUTE_MS, 1);
    const step = 49 / features.scaler.unit(0, 0);
    expect(inputs(tuesday + 100 * MINUTE_MS)[SEASON]).toBeCloseTo(Math.min(step, 20) / 4, 5);
    expect(inputs(tuesday + 104 * MINUTE_MS)[SEASON]).toBe(0);
  });

  test('may be given to the network as a cycle of their own', () => {
    const { inputs, features } = series([{}], { sessions, calendar: ['session'] });
    expect(features.inputs).toBe(8);
    const half = inputs(monday + 3.25 * HOUR_MS).slice(4);
    [1, 0, 0, -1].forEach((expected, i) => {
      expect(half[i]).toBeCloseTo(expected, 9);
    });
  });
});

describe('special days', () => {
  const options = { special_days: ['2026-12-25'], season: '1w' };
  /** 1 on a Sunday and on the holiday, 5 on other days. */
  const value = (timeMs: number): number => (new Date(timeMs).getUTCDay() === 0 || timeMs === FRIDAY ? 1 : 5);
  const FRIDAY = Date.UTC(2026, 11, 25, 12);

  function shown(timeMs: number, given: object = options): number {
    const { row, inputs, features } = series([{}], given);
    for (let t = FRIDAY - 14 * DAY_MS; t < timeMs; t += DAY_MS) row(t, value(t));
    return inputs(timeMs)[SEASON] * 4 * features.scaler.unit(0, 0) + features.scaler.last(0, 0);
  }

  test('are shown what the last day of their kind was', () => {
    expect(shown(FRIDAY)).toBeCloseTo(1, 4);
    expect(shown(FRIDAY, { season: '1w' })).toBeCloseTo(5, 4);
  });

  test('leave what comes a week later its own look back, over them', () => {
    expect(shown(FRIDAY + 7 * DAY_MS)).toBeCloseTo(5, 4);
    expect(shown(FRIDAY + 7 * DAY_MS, { season: '1w' })).toBeCloseTo(1, 4);
    expect(shown(FRIDAY + 2 * DAY_MS)).toBeCloseTo(1, 4);
  });

  test('have the day of the week of their kind among the inputs', () => {
    const { inputs } = series([{}], { special_days: ['2026-12-25'], calendar: ['day_of_week'] });
    const sunday = inputs(FRIDAY - 5 * DAY_MS).slice(4);
    inputs(FRIDAY)
      .slice(4)
      .forEach((input, i) => {
        expect(input).toBeCloseTo(sunday[i], 9);
      });
  });
});

test('what the clock skipped a day ago is looked for two days ago', () => {
  const { row, inputs, features } = series([{}], { season: '1d', zone: 'Europe/Berlin' });
  const skipped = Date.parse('2026-03-30T00:30Z');
  for (let t = skipped - 3 * DAY_MS; t < skipped; t += 5 * MINUTE_MS) row(t, t < Date.parse('2026-03-29') ? 50 : 1);
  expect(inputs(skipped)[SEASON]).toBeCloseTo(Math.min(49 / features.scaler.unit(0, 0), 20) / 4, 5);
});

describe.each(['log_return', 'difference'] as const)('%s', (transform) => {
  test('has no value at the first row', () => {
    const { row } = series([{ transform }]);
    expect(row(0, 3)).toEqual([Number.NaN]);
    expect(row(1000, 6)[0]).toBeCloseTo(transform === 'difference' ? 3 : Math.LN2, 12);
  });

  test('never spans a session break, and continues after it', () => {
    const { row, previous } = series([{ transform }], { session_gap: '1h' });
    row(0, 4);
    row(MINUTE_MS, 4);
    expect(previous(MINUTE_MS + HOUR_MS)).toBe(4);
    expect(previous(MINUTE_MS + HOUR_MS + 1)).toBeNaN();
    expect(row(18 * HOUR_MS, 8)).toEqual([Number.NaN]);
    expect(row(18 * HOUR_MS + MINUTE_MS, 8)).toEqual([0]);
  });

  test('never spans the pause between two sessions', () => {
    const { row } = series([{ transform }], { sessions: { open: '9:30', close: '16:00' } });
    const close = Date.UTC(2026, 10, 30, 15, 59);
    row(close, 4);
    expect(row(close + MINUTE_MS, 4)).toEqual([0]);
    expect(row(close + 17.5 * HOUR_MS + MINUTE_MS, 8)).toEqual([Number.NaN]);
    expect(row(close + 17.5 * HOUR_MS + 2 * MINUTE_MS, 8)).toEqual([0]);
  });

  test('looks past a missing value to the last one there was', () => {
    const { row } = series([{ transform }]);
    row(0, 2);
    expect(row(1000, Number.NaN)).toEqual([Number.NaN]);
    expect(row(2000, 2)).toEqual([0]);
  });
});

test('a value of 0 at the beginning of 1970 is a value', () => {
  const { row } = series([{ transform: 'difference' }]);
  row(0, 0);
  expect(row(1000, 2)).toEqual([2]);
});
