import { expect, test } from 'vitest';
import { HoldOff } from '../../src/calibrate/hold-off.ts';
import { Columns } from '../../src/series/columns.ts';

test('after an alert the next 100 rows raise none, alarming as they may', () => {
  const columns = new Columns();
  const holdOff = new HoldOff(columns);
  const slot = columns.allocate();
  const alerted = Array.from({ length: 250 }, () => holdOff.observe(slot, true)).flatMap((a, t) => (a ? [t] : []));
  expect(alerted).toEqual([0, 101, 202]);
});

test('rows without an alarm start no hold-off', () => {
  const columns = new Columns();
  const holdOff = new HoldOff(columns);
  const slot = columns.allocate();
  for (let t = 0; t < 50; t++) expect(holdOff.observe(slot, false)).toBe(false);
  expect(holdOff.observe(slot, true)).toBe(true);
});
