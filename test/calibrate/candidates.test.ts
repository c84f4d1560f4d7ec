import { describe, expect, test } from 'vitest';
import { type Candidate, Candidates } from '../../src/calibrate/candidates.ts';
import { DAY_MS, MINUTE_MS, WEEK_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';

const STEP_MS = 5 * MINUTE_MS;
const ROWS_A_WEEK = WEEK_MS / STEP_MS;
const BLOCK = 63;
const CALM_ROWS = 10;

function made(perWeek = 1) {
  const columns = new Columns();
  const candidates = new Candidates(columns);
  const slot = columns.allocate();
  let t = 0;
  const row = (surprise: number, more: Partial<Candidate> = {}) => {
    const timeMs = more.timeMs ?? 1e12 + STEP_MS * t;
    t++;
    candidates.observe(slot, {
      ...{ timeMs, paceMs: candidates.pace(slot, timeMs), surprise, perWeek, events: false, block: BLOCK },
      ...{ calmMs: CALM_ROWS * STEP_MS, counted: true, paused: false, ...more },
    });
    return { ...candidates.decision };
  };
  return { columns, candidates, slot, row };
}

/** A surprise that the largest of a block exceeds with chance e^−u. */
function normal(random: Random): number {
  return Math.max(0, random.exponential() - Math.log(BLOCK));
}

/** Alarms a week on rows that are no fault, after a warm-up; of the faults, how many raised an alarm. */
function raised(perWeek: number, faults: number, seed: number) {
  const { row } = made(perWeek);
  const random = new Random(seed);
  const weeks = Math.max(40, 80 / perWeek);
  const warm = Math.max(10, 30 / perWeek);
  const length = 100;
  let left = 0;
  let seen = 0;
  let found = 0;
  let falseAlarms = 0;
  for (let t = 0; t < (warm + weeks) * ROWS_A_WEEK; t++) {
    const counts = t >= warm * ROWS_A_WEEK;
    if (left === 0 && random.next() < faults / length / (1 - faults)) {
      left = length + 1;
      if (counts) seen++;
    }
    if (left > 0) left--;
    const { alarm } = row(left > 0 ? 30 : normal(random));
    if (!alarm || !counts) continue;
    if (left > 0) found++;
    else falseAlarms++;
  }
  return { perWeek: falseAlarms / weeks, share: found / seen };
}

describe.each([0.25, 1, 3, 10])('a budget of %f alerts a week', (perWeek) => {
  test('is met within a factor of two by normal rows', () => {
    const found = raised(perWeek, 0, 21).perWeek;
    expect(found).toBeGreaterThan(perWeek / 2);
    expect(found).toBeLessThan(perWeek * 2);
  });

  test('is met beside long faults in 5 % of the rows, which are found', () => {
    const found = raised(perWeek, 0.05, 22);
    expect(found.perWeek).toBeGreaterThan(perWeek / 2);
    expect(found.perWeek).toBeLessThan(perWeek * 2);
    expect(found.share).toBeGreaterThan(0.9);
  });
});

/** After 5 000 normal rows, none of them within the calm before the next. */
function settled() {
  const one = made();
  const random = new Random(31);
  for (let t = 0; t < 5_000; t++) one.row(normal(random));
  for (let t = 0; t < CALM_ROWS + 5; t++) one.row(0);
  return one;
}

describe('an incident', () => {
  test('is raised once, however it continues, and again after a calm', () => {
    const { row } = settled();
    expect(row(30)).toMatchObject({ alarm: true, held: true });
    for (let t = 0; t < 200; t++) expect(row(t % CALM_ROWS === 0 ? 40 : 0)).toMatchObject({ alarm: false, held: true });
    for (let t = 0; t < CALM_ROWS; t++) expect(row(0).alarm).toBe(false);
    expect(row(0).held).toBe(false);
    expect(row(30).alarm).toBe(true);
  });

  test('ends after the calm, and not a row before', () => {
    const { row } = settled();
    row(30);
    const held = Array.from({ length: CALM_ROWS + 1 }, () => row(0).held);
    expect(held.lastIndexOf(true)).toBe(CALM_ROWS - 2);
    expect(held.slice(0, CALM_ROWS - 1).every(Boolean)).toBe(true);
  });

  test('is neither raised nor ended while paused', () => {
    const { row } = settled();
    for (let t = 0; t < 30; t++) expect(row(30, { paused: true })).toMatchObject({ alarm: false, held: false });
    expect(row(30).alarm).toBe(true);
    for (let t = 0; t < 5 * CALM_ROWS; t++) expect(row(0, { paused: true }).held).toBe(true);
    for (let t = 0; t < CALM_ROWS; t++) row(0);
    expect(row(0).held).toBe(false);
  });

  test('that began below the level of an alert is raised at the first row that crosses it', () => {
    const { row, candidates } = settled();
    const { margin } = row(0);
    const alert = -margin * candidates.scale;
    expect(row(alert - 1)).toMatchObject({ alarm: false, held: true });
    expect(row(alert + 0.5).alarm).toBe(true);
    expect(row(alert + 5).alarm).toBe(false);
  });
});

test('the margin is 0 at the level of an alert, and grows by 1 with each mean excess', () => {
  const { row, candidates } = settled();
  const first = row(0, { counted: false }).margin;
  const { margin } = row(-first * candidates.scale, { counted: false });
  expect(margin).toBeCloseTo(0, 6);
});

test('the first row of a series, which has no pace, is no alert, and its margin is a number less than any', () => {
  const { row } = made();
  expect(row(50)).toMatchObject({ alarm: false, margin: Number.NEGATIVE_INFINITY });
});

test('rows that are not counted leave the level where it is', () => {
  const { row } = settled();
  const { abnormal } = row(0, { counted: false });
  for (let t = 0; t < 500; t++) row(t % 50 === 0 ? 30 : 0, { counted: false });
  expect(row(0, { counted: false }).abnormal).toBe(abnormal);
  row(0);
  expect(row(0, { counted: false }).abnormal).toBeLessThan(abnormal);
});

test('the pace of a series is its mean time between rows, and that of a new one is unknown', () => {
  const { columns, candidates, slot, row } = made();
  expect(candidates.pace(slot, 1e12)).toBe(0);
  for (let t = 0; t < 50; t++) row(0);
  expect(candidates.pace(slot, 1e12 + 50 * STEP_MS)).toBeCloseTo(STEP_MS, 0);
  columns.release(slot);
  expect(candidates.pace(columns.allocate(), 1e12 + 51 * STEP_MS)).toBe(0);
});

test('continues from a snapshot as if nothing had happened', () => {
  const [whole, restored] = [made(3), made(3)];
  const random = new Random(41);
  const rows = Array.from({ length: 12_000 }, () => normal(random) * 2);
  for (const surprise of rows.slice(0, 6_000)) {
    whole.row(surprise);
    restored.row(0);
  }
  restored.columns.write(restored.slot, whole.columns.read(whole.slot));
  whole.candidates.shared.forEach((array, i) => {
    restored.candidates.shared[i].set(array);
  });
  const found = (one: ReturnType<typeof made>) => rows.slice(6_000).map((surprise) => one.row(surprise));
  const decisions = found(whole);
  expect(found(restored)).toEqual(decisions);
  expect(decisions.some(({ alarm }) => alarm)).toBe(true);
});

test('many peaks just above their level do not claim that none comes far beyond it', () => {
  const { candidates, row } = made();
  for (let n = 0; n < 60; n++) {
    const { abnormal } = row(0);
    row(abnormal + 1);
    for (let calm = 0; calm <= CALM_ROWS; calm++) row(0);
  }
  expect(candidates.scale).toBe(0.8);
});

describe('in a stream of 200 accounts with two payments a day each, whose incidents last five days', () => {
  const accounts = 200;
  const perDay = 2;
  const stepMs = DAY_MS / (2 * accounts);

  /** Alerts a day in the last 60 of 120 days; `of`: the surprise of a payment, in nats. */
  function observed(of: (random: Random) => number) {
    const columns = new Columns();
    const candidates = new Candidates(columns);
    const slots = Array.from({ length: accounts }, () => columns.allocate());
    const random = new Random(7);
    let alerts = 0;
    for (let t = 0; t < 120 * 2 * accounts; t++) {
      const slot = slots[Math.floor(random.next() * accounts)];
      const timeMs = 1e12 + t * stepMs;
      const surprise = of(random);
      const paceMs = candidates.pace(slot, timeMs);
      candidates.observe(slot, {
        ...{ timeMs, paceMs, surprise, perWeek: 7 * perDay, events: true, block: 1 },
        ...{ calmMs: 5 * DAY_MS, counted: true, paused: false },
      });
      if (candidates.decision.alarm && t >= 60 * 2 * accounts) alerts++;
    }
    const open = slots.filter((slot) => candidates.isOpen(slot)).length;
    return { alertsADay: alerts / 60, open, decision: candidates.decision };
  }

  test('the budget is spent within a factor of two by payments as their tails say, and few incidents are open', () => {
    const { alertsADay, open } = observed((random) => random.exponential());
    expect(alertsADay).toBeGreaterThan(perDay / 2);
    expect(alertsADay).toBeLessThan(perDay * 2);
    expect(open).toBeLessThan(accounts / 4);
  });

  test('payments that are not as rare as the budget asks raise nothing, even where it is not spent', () => {
    expect(observed((random) => Math.min(random.exponential(), 4)).alertsADay).toBe(0);
  });

  test('what a payment is above the budget, by the tails, does not depend on the incidents before', () => {
    const { decision } = observed(() => 3);
    expect(decision.rarity).toBeCloseTo(3 - Math.log((2 * accounts) / perDay), 1);
  });
});
