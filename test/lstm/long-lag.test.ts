import { describe, expect, test } from 'vitest';
import type { CellName } from '../bench/long-lag/cells.ts';
import { normsByLag } from '../bench/long-lag/norms.ts';
import { type Task, tasks } from '../bench/long-lag/tasks.ts';
import { SOLVED, trial } from '../bench/long-lag/trial.ts';

/** Norm of the gradient by the first row over that by the last one, before anything is learned. */
function kept(cell: CellName): number {
  const norms = normsByLag(taskNamed('temporal order'), cell, 1, 0);
  return norms[norms.length - 1] / norms[0];
}

function taskNamed(name: string): Task {
  const task = tasks.find((each) => each.name === name);
  if (task === undefined) throw new Error(name);
  return task;
}

/** Share that is right after learning the task of this name with this cell, from one seed. */
function shareRight(name: string, cell: CellName): number {
  return trial(taskNamed(name), cell, 1);
}

describe('tasks with a long lag, at the size of docs/lstm.md', { timeout: 300_000 }, () => {
  test.each(['temporal order', 'embedded Reber grammar'])(
    '%s: both LSTM cells learn it, and the plain recurrent network does not by as many learning steps',
    (name) => {
      expect(shareRight(name, 'graves')).toBeGreaterThanOrEqual(SOLVED);
      expect(shareRight(name, 'lstm')).toBeGreaterThanOrEqual(SOLVED);
      expect(shareRight(name, 'plain recurrent')).toBeLessThan(0.9);
    },
  );

  test('the gradient of a plain recurrent network vanishes over 30 rows, and that of a memory without a gate does not', () => {
    expect(kept('plain recurrent')).toBeLessThan(0.01);
    expect(kept('no forget gate')).toBeGreaterThan(0.2);
  });
});
