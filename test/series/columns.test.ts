import { expect, test } from 'vitest';
import { Columns } from '../../src/series/columns.ts';

test('what a slot holds survives the room made for others, and is its own', () => {
  const columns = new Columns();
  const number = columns.f64('number');
  const pair = columns.u16('pair', 2);
  for (let slot = 0; slot < 3000; slot++) {
    expect(columns.allocate()).toBe(slot);
    number.data[slot] = slot + 0.5;
    pair.data[2 * slot + 1] = slot;
  }
  for (let slot = 0; slot < 3000; slot++) {
    expect([number.data[slot], pair.data[2 * slot], pair.data[2 * slot + 1]]).toEqual([slot + 0.5, 0, slot]);
  }
});

test('there is room for as many series as there may be and no more, until more come', () => {
  const columns = new Columns(1000);
  const byte = columns.u8('byte');
  while (columns.allocate() < 999);
  expect(byte.data.length).toBe(1000);
  columns.allocate();
  expect(byte.data.length).toBeGreaterThan(1000);
});

test('a slot given back is zeroed, and used again before there is room made for another', () => {
  const columns = new Columns();
  const number = columns.f32('number', 3);
  const slots = [columns.allocate(), columns.allocate()];
  number.data.fill(7);
  columns.release(slots[0]);
  expect(columns.allocate()).toBe(slots[0]);
  expect([...number.data.subarray(0, 6)]).toEqual([0, 0, 0, 7, 7, 7]);
});
