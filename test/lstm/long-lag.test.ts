import { describe, expect, test } from 'vitest';
import type { CellName } from '../bench/long-lag/cells.ts';
import { tasks } from '../bench/long-lag/tasks.ts';
import { SOLVED, trial } from '../bench/long-lag/trial.ts';

/** Share that is right after learning the task of this name with this cell, from one seed. */
function shareRight(name: string, cell: CellName): number {
  const task = tasks.find((each) => each.name === name);
  return task === undefined ? Number.NaN : trial(task, cell, 1);
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
});
