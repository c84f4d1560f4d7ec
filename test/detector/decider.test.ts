import { describe, expect, test, vi } from 'vitest';
import { Tails } from '../../src/calibrate/tails.ts';
import { Decider } from '../../src/detector/decider.ts';
import type { DecisionTerms, Point } from '../../src/detector/decision.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';
import type { Sight } from '../../src/statistic/statistic.ts';

const STEP_MS = 5 * MINUTE_MS;
const NOISE_ROWS = 15_000;
const FAULT_ROWS = 150;
const NOTHING: Point = { value: 0, channel: -1, reason: 'unusual_value' };

/** A decider of one series whose forecast is 0, give or take 1, of each channel. */
function made(channels: readonly object[]) {
  const columns = new Columns();
  const named = channels.map((options, d) => ({ ...channelOptions.parse(options), name: 'abcdef'[d] }));
  const decider = new Decider(columns, named, false);
  const slot = columns.allocate();
  const sight: Sight = {
    ...{ slot, day: 0, weekend: 0, rows: 0, paceMs: 0, sparse: false, xs: new Float64Array(channels.length) },
    centre: new Float64Array(channels.length),
    spread: new Float64Array(channels.length).fill(1),
    weight: new Float64Array(channels.length),
  };
  const row = (xs: readonly number[], terms: Partial<DecisionTerms> = {}, point = NOTHING) => {
    sight.xs.set(xs);
    decider.decide(sight, point, {
      ...{ timeMs: 1e12 + STEP_MS * sight.rows, seriesCount: 1, perWeek: 10, calmMs: 10 * STEP_MS },
      ...{ ready: true, paused: false, minimum: new Float64Array(channels.length), ...terms },
    });
    sight.rows++;
    return { ...decider.found };
  };
  return { columns, decider, slot, sight, row };
}

/** After rows of noise; `shifted`: what was found of rows that are off by so much. */
function settled(channels: readonly object[], terms: Partial<DecisionTerms> = {}) {
  const one = made(channels);
  const random = new Random(61);
  const noise = (shifts: readonly number[]) => shifts.map((shift) => shift + random.normal());
  for (let t = 0; t < NOISE_ROWS; t++) one.row(noise(channels.map(() => 0)), terms);
  const shifted = (shifts: readonly number[], more: Partial<DecisionTerms> = {}) => {
    // The forecast follows at once, as it soon would: the level is off, the noise is not.
    one.sight.centre.set(shifts);
    return Array.from({ length: FAULT_ROWS }, () => one.row(noise(shifts), { ...terms, ...more }));
  };
  return { ...one, shifted };
}

describe('a channel that is off for long', () => {
  test('is blamed, alarms once, and holds its incident open', () => {
    const found = settled([{}, {}, {}]).shifted([0, 3, 0]);
    const alarms = found.filter(({ alarm }) => alarm);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({ lead: 1, held: true });
    expect(alarms[0].margin).toBeGreaterThanOrEqual(0);
    expect(found.at(-1)).toMatchObject({ lead: 1, held: true, alarm: false });
  });

  test('holds its incident open for days, and is what is usual within weeks', () => {
    const { row, sight } = settled([{}, {}, {}]);
    const random = new Random(63);
    sight.centre.set([0, 3, 0]);
    const held = Array.from({ length: 18 * 288 }, () => row([0, 3, 0].map((level) => level + random.normal())).held);
    const days = (from: number, to: number) => held.slice(from * 288, to * 288);
    expect(days(1, 4)).not.toContain(false);
    expect(days(16, 18)).not.toContain(true);
  });

  test('is as surprising as it is far by the measure of its own series', () => {
    const { shifted } = settled([{}, {}, {}]);
    const measured = vi.spyOn(Tails.prototype, 'measured').mockImplementation((_slot, _entry, u) => u / 10);
    try {
      expect(shifted([0, 3, 0]).some(({ alarm }) => alarm)).toBe(false);
    } finally {
      measured.mockRestore();
    }
    expect(shifted([0, 3, 0]).some(({ alarm }) => alarm)).toBe(true);
  });

  test('is never blamed where its configuration says `score: false`, whatever it does', () => {
    const blamed = (options: object) =>
      settled([options, {}, {}])
        .shifted([9, 0, 0])
        .filter(({ lead }) => lead === 0);
    expect(blamed({}).length).toBeGreaterThan(20);
    expect(blamed({ score: false })).toEqual([]);
  });

  test('raises nothing where it alone is off and no channel is scored', () => {
    const found = settled([{ score: false }, { score: false }]).shifted([9, -9]);
    expect(found.filter(({ lead, alarm, held }) => lead >= 0 || alarm || held)).toEqual([]);
  });

  test.each([
    ['up', 3],
    ['down', -3],
  ])('alarms where its direction is %s and it goes that way, not the other', (direction, shift) => {
    const right = settled([{ direction }]).shifted([shift]);
    expect(right.some(({ alarm }) => alarm)).toBe(true);
    expect(right.find(({ alarm }) => alarm)?.deviation).not.toBe(0);
    const wrong = settled([{ direction: direction === 'up' ? 'down' : 'up' }]).shifted([shift]);
    expect(wrong.some(({ alarm }) => alarm)).toBe(false);
    expect(wrong.some(({ deviation }) => deviation * shift > 0)).toBe(false);
  });

  test('alarms only where it is off by as much as is asked for', () => {
    const alarms = (least: number) => {
      const minimum = Float64Array.of(least);
      const found = settled([{}], { minimum }).shifted([3]);
      expect(found.every(({ deviation }) => deviation === 0 || Math.abs(deviation) >= least)).toBe(true);
      return found.filter(({ alarm }) => alarm).length;
    };
    expect(alarms(0)).toBe(1);
    expect(alarms(1)).toBe(1);
    expect(alarms(20)).toBe(0);
  });

  test('raises nothing while the series is not ready, nor while paused', () => {
    for (const terms of [{ ready: false }, { paused: true }]) {
      const { shifted } = settled([{}]);
      expect(shifted([3], terms).some(({ alarm }) => alarm)).toBe(false);
      expect(shifted([3]).some(({ alarm }) => alarm)).toBe(true);
    }
  });

  test('is learned at a tenth of the weight, and no other channel is', () => {
    const { shifted, sight } = settled([{}, {}, {}]);
    expect([...sight.weight]).toEqual([1, 1, 1]);
    shifted([0, 6, 0]);
    expect(sight.weight[1]).toBeCloseTo(0.1, 6);
  });
});

test('all channels off by a little is found by the sum, also where the first of them is not scored', () => {
  for (const first of [{}, { score: false }]) {
    const found = settled([first, {}, {}, {}, {}, {}]).shifted([0.6, -0.6, 0.6, 0.6, -0.6, 0.6]);
    expect(found.map(({ reason }) => reason)).toContain('many_channels');
  }
});

describe('a point', () => {
  const far: Point = { value: 1e4, channel: 1, reason: 'unusual_change' };

  test('alarms before the statistics know anything, with its channel and reason, and no distance', () => {
    const { row } = made([{}, {}]);
    for (let t = 0; t < 200; t++) expect(row([t % 7, t % 5]).alarm).toBe(false);
    expect(row([1, 1], {}, far)).toMatchObject({ alarm: true, lead: 1, reason: 'unusual_change', deviation: 0 });
  });

  test('scores once: the same again scores lower, though it is as surprising', () => {
    const { row } = made([{}, {}]);
    for (let t = 0; t < 200; t++) row([t % 7, t % 5]);
    const first = row([1, 1], {}, far);
    const again = row([1, 1], {}, far);
    expect(first.scoreMargin).toBeGreaterThan(0);
    expect(again.margin).toBeGreaterThan(0);
    expect(again.scoreMargin).toBeLessThan(first.scoreMargin - 5);
  });

  test('says nothing in a sparse series of many', () => {
    const { row, sight } = made([{}, {}]);
    const weekly = (t: number) => ({ timeMs: 1e12 + t * 1_000 * STEP_MS, seriesCount: 100 });
    for (let t = 0; t < 200; t++) row([t % 7, t % 5], weekly(t));
    expect(sight.sparse).toBe(true);
    expect(row([1, 1], weekly(200), far)).toMatchObject({ alarm: false, lead: -1 });
    expect(row([1, 1], { ...weekly(201), seriesCount: 3 }, far).lead).toBe(1);
  });
});

test('a decider continues from a snapshot as if nothing had happened', () => {
  const whole = settled([{}, {}, {}]);
  const restored = made([{}, {}, {}]);
  restored.columns.write(restored.slot, whole.columns.read(whole.slot));
  whole.decider.shared.forEach((array, i) => {
    restored.decider.shared[i].set(array);
  });
  restored.sight.rows = whole.sight.rows;
  const random = new Random(62);
  let alarms = 0;
  for (let t = 0; t < 3_000; t++) {
    const xs = [0, 0, 0].map((_, d) => random.normal() + (d === 2 && t > 2_000 ? 3 : 0));
    const found = whole.row(xs);
    expect(restored.row(xs)).toEqual(found);
    if (found.alarm) alarms++;
  }
  expect(alarms).toBeGreaterThan(0);
});
