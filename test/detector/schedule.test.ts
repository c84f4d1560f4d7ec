import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LearningSchedule } from '../../src/detector/schedule.ts';
import { Columns } from '../../src/series/columns.ts';

const EVERY = 4;

function schedule(series: number, batch = 32) {
  const columns = new Columns();
  const made = new LearningSchedule(columns, EVERY, batch);
  const slots = Array.from({ length: series }, () => columns.allocate());
  return { columns, made, slots };
}

/** Rows of these series in turn; the slots that learned together, and the row after which they did. */
function run(
  made: LearningSchedule,
  rows: readonly number[],
  seriesCount: number,
): [row: number, slots: readonly number[]][] {
  const learned: [number, readonly number[]][] = [];
  for (const [row, slot] of rows.entries()) if (made.admit(slot, seriesCount)) learned.push([row, made.take()]);
  return learned;
}

const turns = (slots: readonly number[], rounds: number): number[] => Array(rounds).fill(slots).flat();

describe('when to learn', () => {
  test('a lone series learns at once, every K rows', () => {
    const { made, slots } = schedule(1);
    expect(run(made, turns(slots, 12), 1)).toEqual([
      [3, slots],
      [7, slots],
      [11, slots],
    ]);
  });

  test('series in step learn together, in the order they fell due', () => {
    const { made, slots } = schedule(5);
    expect(run(made, turns([...slots].reverse(), 8), 5)).toEqual([
      [19, [4, 3, 2, 1, 0]],
      [39, [4, 3, 2, 1, 0]],
    ]);
  });

  test('no more than a batch learn together', () => {
    const { made, slots } = schedule(5, 2);
    expect(run(made, turns(slots, 4), 5)).toEqual([
      [16, [0, 1]],
      [18, [2, 3]],
    ]);
  });

  test('a series due waits no longer than the others take for a row each', () => {
    const { made } = schedule(3);
    const rows = [0, 0, 0, 0, 1, 2];
    expect(run(made, rows, 3)).toEqual([[5, [0]]]);
  });

  test('a series that falls due again before it has learned makes the others wait no longer, and is due anew', () => {
    const { made } = schedule(100);
    expect(run(made, turns([0], 7), 100)).toEqual([]);
    expect(made.admit(0, 100)).toBe(true);
    expect(made.sinceDue(0)).toBe(EVERY);
    expect(made.take()).toEqual([0]);
    expect(made.due).toEqual([0]);
    expect(made.sinceDue(0)).toBe(0);
  });
});

test('a series that leaves is due no longer, and its waiting is forgotten', () => {
  const { made } = schedule(9);
  run(made, [0, 0, 0, 0, 1, 2], 9);
  expect([made.due, made.waited]).toEqual([[0], 2]);
  made.forget(0);
  expect([made.due, made.waited]).toEqual([[], 0]);
});

test('whatever rows come, no series is more than 2·K rows past what it learned, and each learns once for K rows', () => {
  const rows = fc.array(fc.nat(5), { maxLength: 300 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 6 }), (given, batch) => {
      const { made } = schedule(6, batch);
      const seen = Array(6).fill(0);
      const learned = Array(6).fill(0);
      for (const slot of given) {
        seen[slot]++;
        if (!made.admit(slot, 6)) continue;
        const taken = made.take();
        expect(taken.length).toBeLessThanOrEqual(batch);
        for (const each of taken) learned[each] += EVERY;
      }
      for (const slot of [0, 1, 2, 3, 4, 5]) {
        expect(learned[slot]).toBeLessThanOrEqual(seen[slot]);
        expect(seen[slot] - learned[slot]).toBeLessThan(2 * EVERY);
      }
    }),
  );
});

test('learning never starves scoring: a row pays for one step at most, no backlog outgrows a batch, and n rows pay for n/K', () => {
  const rows = fc.array(fc.nat(11), { minLength: 200, maxLength: 400 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 8 }), (given, batch) => {
      const { made } = schedule(12, batch);
      let learned = 0;
      for (const [row, slot] of given.entries()) {
        if (made.admit(slot, 12)) {
          const { length } = made.take();
          expect(length).toBeLessThanOrEqual(batch);
          learned += length;
        }
        expect(made.due.length).toBeLessThanOrEqual(batch);
        expect(learned + made.due.length).toBeLessThanOrEqual((row + 1) / EVERY);
      }
    }),
  );
});

test('restored after any row, it learns when it would have', () => {
  const rows = fc.array(fc.nat(5), { maxLength: 120 });
  fc.assert(
    fc.property(rows, fc.nat(119), (given, cut) => {
      const through = schedule(6, 3);
      const whole = run(through.made, given, 6);
      const first = schedule(6, 3);
      const before = run(first.made, given.slice(0, cut), 6);
      const second = schedule(6, 3);
      for (const slot of second.slots) second.columns.write(slot, first.columns.read(slot));
      second.made.restore(first.made.due, first.made.waited);
      const after = run(second.made, given.slice(cut), 6);
      const at = Math.min(cut, given.length);
      expect([...before, ...after.map(([row, slots]) => [row + at, slots])]).toEqual(whole);
    }),
  );
});
