import { expect, test } from 'vitest';
import { Refractory } from '../../src/score/refractory.ts';
import { Columns } from '../../src/series/columns.ts';

function emitted(scores: readonly number[]): number[] {
  const columns = new Columns();
  const refractory = new Refractory(columns);
  const slot = columns.allocate();
  return scores.map((s) => refractory.emit(slot, s));
}

/** A quiet stream with some rows set. */
function quiet(length: number, set: Record<number, number>): number[] {
  return Array.from({ length }, (_, t) => set[t] ?? 0);
}

test('within two buckets only something worse comes through', () => {
  const out = emitted(quiet(400, { 10: 2, 20: 1.9, 30: 3, 90: 3, 100: 3.1 }));
  expect([out[10], out[20], out[30], out[90], out[100]]).toEqual([2, 0, 3, 0, 3.1]);
});

test('what lies two buckets back is forgotten: 81 to 160 rows', () => {
  const out = emitted(quiet(400, { 79: 5, 159: 1, 160: 1, 161: 1 }));
  expect([out[159], out[160], out[161]]).toEqual([0, 0, 0]);
  const later = emitted(quiet(400, { 79: 5, 160: 1, 161: 1 }));
  expect([later[160], later[161]]).toEqual([1, 0]);
});

test('a suppressed row still counts as the maximum of its bucket', () => {
  const out = emitted(quiet(400, { 10: 5, 90: 4, 170: 3, 171: 4.5 }));
  expect([out[90], out[170], out[171]]).toEqual([0, 0, 4.5]);
});
