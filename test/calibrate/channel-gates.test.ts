import { expect, test } from 'vitest';
import { ChannelGates } from '../../src/calibrate/channel-gates.ts';
import { Columns } from '../../src/series/columns.ts';

function gates() {
  const columns = new Columns();
  const made = new ChannelGates(columns, 2);
  return { columns, made, slot: columns.allocate(), other: columns.allocate() };
}

test('four abnormal rows close a channel to a tenth, and no other channel or series', () => {
  const { made, slot, other } = gates();
  for (let t = 0; t < 3; t++) made.observe(slot, 1, true);
  expect(made.weight(slot, 1)).toBe(1);
  made.observe(slot, 1, true);
  expect(made.weight(slot, 1)).toBe(0.1);
  expect([made.weight(slot, 0), made.weight(other, 0), made.weight(other, 1)]).toEqual([1, 1, 1]);
});

test('once an incident settles, a closed channel is learned faster than an open one', () => {
  const { made, slot } = gates();
  for (let t = 0; t < 4; t++) made.observe(slot, 1, true);
  expect([made.weight(slot, 0, true), made.weight(slot, 1, true)]).toEqual([1, 8]);
});

test('a closed channel opens only when a fifth of its rows is abnormal, not two fifths', () => {
  const { made, slot } = gates();
  for (let t = 0; t < 4; t++) made.observe(slot, 0, true);
  const shares = Array.from({ length: 7 }, (_, n) => (1 - (7 / 8) ** 4) * (7 / 8) ** (n + 1));
  for (const share of shares) {
    made.observe(slot, 0, false);
    expect(made.weight(slot, 0)).toBe(share < 0.2 ? 1 : 0.1);
  }
  expect(shares.some((share) => share < 0.4 && share > 0.2)).toBe(true);
  expect(shares.some((share) => share < 0.2)).toBe(true);
});

test('rows that are abnormal now and then close nothing', () => {
  const { made, slot } = gates();
  for (let t = 0; t < 300; t++) {
    made.observe(slot, 0, t % 4 === 0);
    expect(made.weight(slot, 0)).toBe(1);
  }
});

test('a new series in the slot of another begins open', () => {
  const { columns, made, slot } = gates();
  for (let t = 0; t < 9; t++) made.observe(slot, 0, true);
  columns.release(slot);
  expect(made.weight(columns.allocate(), 0)).toBe(1);
});
