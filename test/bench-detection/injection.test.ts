import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { FAULT_KINDS, FAULT_RANGES, type InjectedFault, inject } from '../bench/detection/inject/faults.ts';
import { judgeFaults, thresholdFor } from '../bench/detection/inject/judge.ts';
import {
  AFTERMATH_ROWS,
  CALM_ROWS,
  deviation,
  KindBag,
  SLOT_ROWS,
  withFaults,
} from '../bench/detection/inject/plan.ts';
import { evenTimes, type Incident, type Recording } from '../bench/detection/recording.ts';

const ROWS = 21_000;

function recording(): Recording {
  const random = new Random(5);
  const channel = () => Float64Array.from({ length: ROWS }, () => random.normal());
  return { name: 'made', times: evenTimes(ROWS), values: [channel(), channel(), new Float64Array(ROWS).fill(3)] };
}

function draws(seed: number) {
  return { kinds: new KindBag(new Random(seed)), random: new Random(seed).fork('faults') };
}

function fault(kind: InjectedFault['kind']): InjectedFault {
  return { kind, channel: 0, first: 2, last: 5, size: 3, sign: -1 };
}

describe('what a fault does to rows 2 to 5 of a channel', () => {
  const before = [10, 11, 12, 13, 14, 15, 16, 17];

  test.each([
    ['spike', [10, 11, 6, 7, 8, 9, 16, 17]],
    ['level', [10, 11, 6, 7, 8, 9, 16, 17]],
    ['drift', [10, 11, 10.5, 10, 9.5, 9, 16, 17]],
    ['stuck', [10, 11, 11, 11, 11, 11, 16, 17]],
  ] as const)('%s of 3 sd downwards, sd 2', (kind, after) => {
    const values = Float64Array.from(before);
    inject(values, fault(kind), 2, new Random(1));
    expect([...values]).toEqual(after);
  });

  test('noise adds its size in sd, and nothing outside', () => {
    const values = new Float64Array(5000);
    inject(values, { ...fault('noise'), first: 10, last: 4989 }, 2, new Random(1));
    expect(deviation(values.slice(10, 4990))).toBeGreaterThan(5.8);
    expect(deviation(values.slice(10, 4990))).toBeLessThan(6.2);
    expect([...values.slice(0, 10), ...values.slice(4990)].every((value) => value === 0)).toBe(true);
  });
});

test('each slot has one fault within its ranges, each kind as often, and none where a channel does not move', () => {
  const { faults } = withFaults(recording(), draws(1));
  expect(faults).toHaveLength(20);
  for (const kind of FAULT_KINDS) expect(faults.filter((each) => each.kind === kind)).toHaveLength(4);
  faults.forEach(({ kind, channel, first, last, size }, slot) => {
    const { rows, size: sizes } = FAULT_RANGES[kind];
    expect(Math.floor((first - CALM_ROWS) / SLOT_ROWS)).toBe(slot);
    expect(last + AFTERMATH_ROWS).toBeLessThan(CALM_ROWS + (slot + 1) * SLOT_ROWS);
    expect(last - first + 1).toBeGreaterThanOrEqual(rows[0]);
    expect(last - first + 1).toBeLessThanOrEqual(rows[1]);
    expect(size).toBeGreaterThanOrEqual(sizes[0]);
    expect(size).toBeLessThanOrEqual(sizes[1]);
    expect(channel).toBeLessThan(2);
  });
});

test('only the rows of faults differ, and the clean recording stays as it was', () => {
  const clean = recording();
  const { faults, recording: faulty } = withFaults(clean, draws(2));
  const inside = (row: number, c: number) =>
    faults.some(({ first, last, channel }) => channel === c && row >= first && row <= last);
  for (let c = 0; c < 3; c++) {
    const changed = Array.from(clean.times.keys()).filter((row) => faulty.values[c][row] !== clean.values[c][row]);
    expect(changed.every((row) => inside(row, c))).toBe(true);
  }
  expect(clean).toEqual(recording());
});

test('the same seed gives the same faults, another others; nothing is injected where it is forbidden', () => {
  expect(withFaults(recording(), draws(3))).toEqual(withFaults(recording(), draws(3)));
  expect(withFaults(recording(), draws(3)).faults).not.toEqual(withFaults(recording(), draws(4)).faults);
  const { faults } = withFaults(recording(), { ...draws(3), forbidden: (_, last) => last >= 9000 });
  expect(faults.length).toBeGreaterThan(5);
  expect(faults.every(({ last }) => last < 9000)).toBe(true);
});

describe('judging: one fault in rows 1000 to 1099 of 2 000', () => {
  const faulty = {
    recording: { name: 'made', times: evenTimes(2000), values: [new Float64Array(2000)] },
    faults: [{ kind: 'level', channel: 0, first: 1000, last: 1099, size: 3, sign: 1 }] as const,
  };

  function judged(raised: readonly number[], scores = new Float64Array(2000), channel = 0) {
    const incidents = raised.map((row): Incident => ({ raised: row, channel }));
    return judgeFaults(faulty, { recording: faulty.recording, scores, incidents }, () => false);
  }

  test.each([
    [1000, true, 0],
    [1099, true, 0],
    [1100, true, 0],
    [1101, false, 0],
    [1200, false, 0],
    [1201, false, 1],
    [999, false, 1],
    [0, false, 1],
  ])('an incident raised in row %i: caught %s, false %i', (row, caught, falses) => {
    expect(judged([row]).found[0].caught).toBe(caught);
    expect(judged([row]).falses).toBe(falses);
  });

  test('calm are the rows outside the fault, the row after it and the aftermath', () => {
    expect(judged([]).calmRows).toBe(2000 - 100 - 1 - AFTERMATH_ROWS);
  });

  test('the delay is that of the first incident, and so is the channel', () => {
    expect(judged([1007, 1050]).found[0]).toMatchObject({ delay: 7, rightChannel: true });
    expect(judged([1007], undefined, 1).found[0].rightChannel).toBe(false);
  });

  test('flagging every row flags every hundred of rows, so no threshold lets it catch anything', () => {
    const everything = judged([], new Float64Array(2000).fill(1));
    expect(everything.found[0].score > thresholdFor([everything], 3)).toBe(false);
  });

  test('the threshold is the loudest calm hundred that is refused', () => {
    const scores = new Float64Array(2000);
    scores[100] = 5;
    scores[101] = 4;
    scores[1500] = 3;
    expect(thresholdFor([judged([], scores)], 0)).toBe(5);
    // 1 799 calm rows: one in 10 000/1 799 is one.
    expect(thresholdFor([judged([], scores)], 5.6)).toBe(3);
  });
});
