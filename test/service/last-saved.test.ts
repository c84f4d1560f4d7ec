import { expect, test } from 'vitest';
import { LastSaved, type Saved } from '../../src/service/last-saved.ts';

const task = (partition: number, isSaved: boolean): Saved => ({ name: `s/${partition}`, stream: 's', isSaved });

test('of several tasks the one saved longest ago counts, however often the others are', () => {
  const saved = new LastSaved();
  for (const partition of [0, 1]) saved.restored(task(partition, false), 100);
  saved.saved(task(0, false), 900);
  expect(saved.oldest([task(0, false), task(1, false)], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task with nothing to save is saved now', () => {
  const saved = new LastSaved();
  for (const partition of [0, 1]) saved.saved(task(partition, true), 100);
  expect(saved.oldest([task(0, true), task(1, true)], 1_000)).toEqual(new Map([['s', 1_000]]));
  expect(saved.oldest([task(0, true), task(1, false)], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task that fails again and again is not saved by its restores, nor while it does not live', () => {
  const saved = new LastSaved();
  saved.restored(task(0, true), 100);
  saved.restored(task(0, false), 800);
  expect(saved.oldest([task(0, false)], 1_000)).toEqual(new Map([['s', 100]]));
  expect(saved.oldest([], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task that lives elsewhere now is forgotten, and begins anew when it comes back', () => {
  const saved = new LastSaved();
  for (const partition of [0, 1]) saved.restored(task(partition, false), 100 + partition);
  saved.keep(new Set(['s/1']));
  expect(saved.oldest([], 1_000)).toEqual(new Map([['s', 101]]));
  saved.restored(task(0, false), 900);
  expect(saved.oldest([], 1_000)).toEqual(new Map([['s', 101]]));
  saved.keep(new Set());
  expect(saved.oldest([], 1_000)).toEqual(new Map());
});
