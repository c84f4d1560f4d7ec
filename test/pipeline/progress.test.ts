import { expect, test } from 'vitest';
import { Progress } from '../../src/pipeline/task/progress.ts';

const limits = { commit_records: 10, commit_interval: 500, checkpoint_records: 25, checkpoint_interval: 60_000 };
const fresh = (now = 0) => new Progress(limits, { checkpoint: 0, offset: 0 }, now);

test('a commit is due after so many records, or so long after the first that is not committed', () => {
  const progress = fresh();
  expect([progress.patience(0), progress.commitDue(1e9)]).toEqual([undefined, false]);
  progress.advance(4, 4, 100);
  progress.advance(6, 2, 400);
  expect([progress.room, progress.patience(400), progress.commitDue(599), progress.commitDue(600)]).toEqual([
    4,
    200,
    false,
    true,
  ]);
  progress.advance(10, 4, 401);
  expect([progress.room, progress.commitDue(401)]).toEqual([0, true]);
  progress.committed();
  expect([progress.hasUncommitted, progress.commitDue(1e9), progress.hasUnsaved]).toEqual([false, false, true]);
});

test('a checkpoint is due after so many records over several commits, or so long after the last', () => {
  const progress = fresh(1_000);
  progress.advance(24, 24, 1_000);
  progress.committed();
  expect([progress.checkpointDue(1_001), progress.checkpointDue(61_000)]).toEqual([false, true]);
  progress.advance(25, 1, 1_002);
  expect(progress.checkpointDue(1_002)).toBe(true);
  progress.checkpointed(1_002);
  expect([progress.hasUnsaved, progress.checkpointDue(1_003), progress.checkpointDue(61_002)]).toEqual([
    false,
    false,
    true,
  ]);
});

test('while a checkpoint waits for its moment more is processed than a commit takes, and goes with it; it counts once it has succeeded', () => {
  const progress = fresh();
  progress.advance(10, 10, 0);
  progress.checkpointing();
  expect([progress.room, progress.patience(1e9), progress.commitDue(1e9)]).toEqual([150, undefined, false]);
  progress.advance(160, 150, 1);
  expect([progress.room, progress.commitDue(1)]).toEqual([0, true]);
  progress.checkpointed(0);
  progress.committed();
  expect([progress.room, progress.hasUnsaved, progress.isCheckpointed]).toEqual([10, false, false]);
  progress.confirmed();
  expect(progress.isCheckpointed).toBe(true);
  progress.advance(161, 1, 2);
  expect([progress.isCheckpointed, progress.patience(2)]).toEqual([false, 500]);
});

test('what was committed before is processed again without being committed again, but is saved anew', () => {
  const progress = new Progress(limits, { checkpoint: 100, offset: 130 }, 0);
  expect([progress.position, progress.committedBefore, progress.replaying]).toEqual([100, 130, true]);
  progress.advance(120, 20, 0);
  expect([progress.replaying, progress.hasUncommitted, progress.commitDue(1e9), progress.hasUnsaved]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  progress.advance(130, 10, 0);
  expect([progress.replaying, progress.room, progress.checkpointDue(0)]).toEqual([false, 10, true]);
  progress.advance(131, 1, 5);
  expect([progress.hasUncommitted, progress.patience(5)]).toEqual([true, 500]);
});
