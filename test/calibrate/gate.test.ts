import { expect, test } from 'vitest';
import { Gate } from '../../src/calibrate/gate.ts';
import { Columns } from '../../src/series/columns.ts';

function weights(scores: readonly number[]): number[] {
  const columns = new Columns();
  const gate = new Gate(columns);
  const slot = columns.allocate();
  return scores.map((s) => gate.observe(slot, s));
}

test('three abnormal rows leave the gate open, the fourth closes it to a tenth', () => {
  expect(weights([2, 2, 2, 2])).toEqual([1, 1, 1, 0.1]);
  expect(weights([1.2, 1.2, 1.2, 1.2, 1.2, 1.2])).toEqual([1, 1, 1, 1, 1, 1]);
});

test('a lone spike does not close it', () => {
  expect(weights([0, 40, 0, 0, 40, 0])).toEqual([1, 1, 1, 1, 1, 1]);
});

test('closed at 0.4 it opens only below 0.2', () => {
  // Shares of abnormal rows: .414, then .362, .317, .277, .243, .212, .186.
  expect(weights([2, 2, 2, 2, 0, 0, 0, 0, 0, 0]).slice(3)).toEqual([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1]);
});

test('series are gated apart', () => {
  const columns = new Columns();
  const gate = new Gate(columns);
  const [one, other] = [columns.allocate(), columns.allocate()];
  for (let t = 0; t < 20; t++) gate.observe(one, 5);
  expect(gate.observe(other, 5)).toBe(1);
  expect(gate.observe(one, 5)).toBe(0.1);
});
