import { expect, test } from 'vitest';
import { type CheckpointedTask, LastCheckpoints } from '../../src/service/last-checkpoints.ts';

const task = (partition: number, isCheckpointed: boolean): CheckpointedTask => ({
  name: `s/${partition}`,
  stream: 's',
  isCheckpointed,
});

test('of several tasks the one checkpointed longest ago counts, however often the others are', () => {
  const checkpoints = new LastCheckpoints();
  for (const partition of [0, 1]) checkpoints.restored(task(partition, false), 100);
  checkpoints.checkpointed(task(0, false), 900);
  expect(checkpoints.oldest([task(0, false), task(1, false)], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task with nothing to save counts as checkpointed now', () => {
  const checkpoints = new LastCheckpoints();
  for (const partition of [0, 1]) checkpoints.checkpointed(task(partition, true), 100);
  expect(checkpoints.oldest([task(0, true), task(1, true)], 1_000)).toEqual(new Map([['s', 1_000]]));
  expect(checkpoints.oldest([task(0, true), task(1, false)], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task that fails again and again is not checkpointed by its restores, nor while it does not live', () => {
  const checkpoints = new LastCheckpoints();
  checkpoints.restored(task(0, true), 100);
  checkpoints.restored(task(0, false), 800);
  expect(checkpoints.oldest([task(0, false)], 1_000)).toEqual(new Map([['s', 100]]));
  expect(checkpoints.oldest([], 1_000)).toEqual(new Map([['s', 100]]));
});

test('a task that lives elsewhere now is forgotten, and begins anew when it comes back', () => {
  const checkpoints = new LastCheckpoints();
  for (const partition of [0, 1]) checkpoints.restored(task(partition, false), 100 + partition);
  checkpoints.keep(new Set(['s/1']));
  expect(checkpoints.oldest([], 1_000)).toEqual(new Map([['s', 101]]));
  checkpoints.restored(task(0, false), 900);
  expect(checkpoints.oldest([], 1_000)).toEqual(new Map([['s', 101]]));
  checkpoints.keep(new Set());
  expect(checkpoints.oldest([], 1_000)).toEqual(new Map());
});
