import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { conditional } from '../../src/statistic/conditional.ts';
import { level } from '../../src/statistic/level.ts';
import { run } from '../../src/statistic/run.ts';
import { scale } from '../../src/statistic/scale.ts';
import { sum } from '../../src/statistic/sum.ts';
import { usual } from '../../src/statistic/usual.ts';
import { madeSure } from './streams.ts';

type Setup = Parameters<typeof madeSure>[1];

/** One series of rows drawn one by one, `t` counted from 0. */
function fed(kind: Parameters<typeof madeSure>[0], setup: Setup) {
  const made = madeSure(kind, setup);
  const slot = made.columns.allocate();
  let t = 0;
  const rows = (count: number, draw: (t: number) => readonly number[]) => {
    let values: number[] = [];
    for (let n = 0; n < count; n++, t++) values = made.observe(slot, t, draw(t));
    return values;
  };
  return { ...made, rows };
}

describe('the level', () => {
  test('that stays off for 64 rows is far from usual, with the sign and the size of the way', () => {
    const random = new Random(1);
    const { rows, statistic } = fed(level, { channels: 2 });
    const usualRow = () => [random.normal(), random.normal()];
    expect(rows(2_000, usualRow).every((value) => value < 4)).toBe(true);
    const [still, moved] = rows(64, () => [random.normal(), random.normal() - 2]);
    expect(still).toBeLessThan(4);
    expect(moved).toBeGreaterThan(6);
    expect(statistic.deviations[1]).toBeLessThan(-0.8);
    expect(statistic.deviations[1]).toBeGreaterThan(-2);
  });

  test('does not follow one spike', () => {
    const random = new Random(1);
    const { rows } = fed(level, { channels: 1 });
    rows(2_000, () => [random.normal()]);
    expect(rows(1, () => [8])[0]).toBeLessThan(4);
  });
});

describe('the noise', () => {
  const noisy = () => {
    const random = new Random(2);
    const made = fed(scale, { channels: 1 });
    const at = (width: number) => () => [width * random.normal()];
    made.rows(3_000, at(1));
    return { ...made, at };
  };

  test('that trebles is unusual over 16 and over 64 rows, and is a distance', () => {
    const { rows, statistic, at } = noisy();
    expect(Math.min(...rows(64, at(3)))).toBeGreaterThan(4);
    expect(Math.min(...statistic.deviations)).toBeGreaterThan(1);
  });

  test('that all but goes away is as unusual, and no distance', () => {
    const { rows, statistic, at } = noisy();
    expect(Math.min(...rows(64, at(0.2)))).toBeGreaterThan(4);
    expect([...statistic.deviations]).toEqual([0, 0]);
  });

  test('of a channel that never had any is unusual, and no millions of deviations: the forecast may have moved, not the value', () => {
    const { rows } = fed(scale, { channels: 1 });
    rows(20_000, () => [0]);
    const [short, long] = rows(4, () => [0.5]);
    expect(short).toBeGreaterThan(8);
    expect(short).toBeLessThan(400);
    expect(long).toBeLessThan(400);
  });
});

describe('a run', () => {
  test('is unusual once it is longer than the longest before, by the logarithm of how much longer', () => {
    const { rows } = fed(run, { channels: 1 });
    rows(1_000, (t) => [Math.floor(t / 10)]);
    expect(rows(10, () => [-1])[0]).toBe(0);
    expect(rows(9, () => [-1])[0]).toBeCloseTo(Math.log(18 / 9), 9);
    expect(rows(1, () => [5])[0]).toBe(0);
  });

  test('continues over a missing value', () => {
    const { rows } = fed(run, { channels: 1 });
    rows(1_000, (t) => [t]);
    rows(10, () => [-1]);
    expect(rows(1, () => [Number.NaN])[0]).toBe(0);
    expect(rows(10, () => [-1])[0]).toBeCloseTo(Math.log(19 / 4), 9);
  });

  test('that came in the first rows is usual until 8 000 rows went by', () => {
    const { rows } = fed(run, { channels: 1 });
    rows(300, (t) => [t]);
    rows(101, () => [-1]);
    rows(3_800, (t) => [t]);
    expect(rows(81, () => [-1])[0]).toBe(0);
    rows(8_500, (t) => [t]);
    expect(rows(81, () => [-1])[0]).toBeCloseTo(Math.log(80 / 4), 9);
  });
});

test('a run that has lasted for so long that it is becoming usual is the longest from then on', () => {
  const { rows, observe } = fed(run, { channels: 1 });
  rows(1_000, (t) => [t]);
  expect(rows(41, () => [-1])[0]).toBeCloseTo(Math.log(40 / 4), 9);
  expect(observe(0, 1_041, [-1], 8)[0]).toBe(0);
  expect(observe(0, 1_042, [-1])[0]).toBeCloseTo(Math.log(42 / 41), 9);
});

describe('a run that may be a fault', () => {
  test('is found again when it comes back, and is usual once it came many times', () => {
    const { rows } = fed(run, { channels: 1 });
    rows(600, (t) => [t]);
    const found = Array.from({ length: 20 }, (_, time) => {
      const [value] = rows(31, () => [-1 - time]);
      rows(100, (t) => [t]);
      return value;
    });
    expect(found[0]).toBeCloseTo(Math.log(30 / 4), 9);
    expect(found[1]).toBeCloseTo(Math.log(30 / 5), 9);
    expect(found[5]).toBeGreaterThan(0.5);
    expect(found.slice(12)).toEqual(found.slice(12).map(() => 0));
  });
});

describe('the sum of all channels', () => {
  const random = new Random(3);
  const noise = (shifts: readonly number[]) => () => shifts.map((shift) => shift + random.normal());

  test('finds a fault that moves each of them a little, more than one that moves one of them', () => {
    const all = fed(sum, { channels: 6 });
    const one = fed(sum, { channels: 6 });
    for (const { rows } of [all, one]) expect(rows(3_000, noise([0, 0, 0, 0, 0, 0]))[0]).toBeLessThan(3);
    const [many] = all.rows(30, noise([1, 1, -1, -1, 1, 1]));
    const [few] = one.rows(30, noise([1, 0, 0, 0, 0, 0]));
    expect(many).toBeGreaterThan(3);
    expect(many).toBeGreaterThan(1.5 * few);
  });

  test('blames the channel that is furthest, of those that may be blamed', () => {
    const { rows, statistic } = fed(sum, { channels: 4, scored: [false, true, true, false] });
    expect(statistic.channelOf[0]).toBe(1);
    rows(3_000, noise([0, 0, 0, 0]));
    rows(30, noise([9, 1, -4, 9]));
    expect(statistic.channelOf[0]).toBe(2);
  });
});

describe('what is usual for a series of events', () => {
  /** A stream of 40 series, each at 10 times its number. */
  function stream() {
    const random = new Random(4);
    const made = madeSure(usual, { channels: 1, sparse: true });
    const slots = Array.from({ length: 40 }, () => made.columns.allocate());
    for (let t = 0; t < 60; t++) for (const slot of slots) made.observe(slot, t, [10 * slot + random.normal()]);
    return { ...made, slots };
  }

  test('is its own history, and each direction has its own entry', () => {
    const { observe, slots, statistic } = stream();
    expect(Math.max(...observe(slots[30], 60, [300]))).toBeLessThan(1);
    const [above, below] = observe(slots[30], 61, [400]);
    expect(above).toBeGreaterThan(2);
    expect(below).toBe(0);
    expect(statistic.deviations[0]).toBeGreaterThan(90);
    const [up, down] = observe(slots[30], 62, [200]);
    expect(up).toBe(0);
    expect(down).toBeGreaterThan(2);
    expect(statistic.deviations[1]).toBeLessThan(-90);
  });

  test('is what all series do, for the first event of a new one', () => {
    const { observe, columns } = stream();
    const fresh = columns.allocate();
    expect(Math.max(...observe(fresh, 0, [195]))).toBeLessThan(3);
    const other = columns.allocate();
    expect(Math.max(...observe(other, 0, [5_000]))).toBeGreaterThan(20);
  });

  test('counts for more where it is unusual for all series too, and in the same direction', () => {
    const { observe, slots } = stream();
    const small = Math.max(...observe(slots[2], 60, [320]));
    const again = stream();
    const large = Math.max(...again.observe(again.slots[33], 60, [630]));
    expect(large).toBeGreaterThan(small + 0.5);
    const other = stream();
    const towards = Math.max(...other.observe(other.slots[33], 60, [30]));
    expect(towards).toBeCloseTo(small, 0);
  });

  test('is hardly moved by a run of frauds, and follows a change that lasts', () => {
    const { observe, slots } = stream();
    const [slot] = slots.slice(20);
    const before = Math.max(...observe(slot, 60, [1_000]));
    for (let t = 61; t < 66; t++) observe(slot, t, [1_000]);
    expect(Math.max(...observe(slot, 66, [1_000]))).toBeGreaterThan(0.9 * before);
    for (let t = 67; t < 1_500; t++) observe(slot, t, [1_000]);
    expect(Math.max(...observe(slot, 1_500, [1_000]))).toBeLessThan(0.3 * before);
  });

  test('is nobody’s affair where the series is no sequence of events', () => {
    const { observe, sight, slots } = stream();
    sight.sparse = false;
    expect(observe(slots[3], 60, [1e6])).toEqual([0, 0]);
    sight.sparse = true;
    expect(Math.max(...observe(slots[3], 61, [30]))).toBeLessThan(1);
  });
});

describe('what a channel should be, given the others', () => {
  /** The second channel is twice the first, give or take a tenth; each of them alone wanders anywhere. */
  function pair() {
    const random = new Random(5);
    const made = fed(conditional, { channels: 2 });
    let walk = 0;
    const at = (apart: number) => () => {
      walk = 0.98 * walk + 0.2 * random.normal();
      return [walk, 2 * walk + apart + 0.1 * random.normal()];
    };
    return { ...made, at };
  }

  test('is found out: a channel that leaves the other by little is far off, though it is within its own range', () => {
    const { rows, at, statistic } = pair();
    expect(rows(6_000, at(0))[1]).toBeLessThan(4);
    const values = rows(1, at(1));
    expect(values[1]).toBeGreaterThan(6);
    expect(statistic.deviations[1]).toBeGreaterThan(0.5);
    expect(statistic.deviations[1]).toBeLessThan(1.5);
    expect(statistic.channelOf[1]).toBe(1);
    expect(statistic.reason).toBe('contradicts_channels');
  });

  test('is the more certain the longer it is off', () => {
    const { rows, at } = pair();
    rows(6_000, at(0));
    const values = rows(30, at(0.4));
    // Entry 2l + c: over 1, 8 and 64 rows.
    expect(values[3]).toBeGreaterThan(1.5 * values[1]);
  });

  test('of a single channel is what the hour says', () => {
    const random = new Random(6);
    const { rows, statistic } = fed(conditional, { channels: 1, calendar: true });
    const hour = (t: number) => 10 * Math.sin((2 * Math.PI * (t % 288)) / 288);
    rows(288 * 20, (t) => [hour(t) + random.normal()]);
    expect(rows(72, (t) => [hour(t) + random.normal()])[0]).toBeLessThan(4);
    expect(rows(1, (t) => [hour(t) - 12])[0]).toBeGreaterThan(6);
    expect(statistic.deviations[0]).toBeLessThan(-9);
    expect(statistic.reason).toBe('unusual_for_the_hour');
  });
});
