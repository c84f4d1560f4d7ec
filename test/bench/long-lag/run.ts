import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CELLS } from './cells.ts';
import { tasks } from './tasks.ts';
import { SOLVED, trial } from './trial.ts';

/* node test/bench/run.mjs test/bench/long-lag/run.ts [--seeds 10] [--only TASK] [--json FILE]
 *
 * Each task of docs/lstm.md with each cell: how many of the seeds solve it, and the median share that is right. */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    only: { type: 'string' },
    cell: { type: 'string' },
    json: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
const results: unknown[] = [];
for (const task of tasks) {
  if (values.only !== undefined && task.name !== values.only) continue;
  for (const cell of CELLS) {
    if (values.cell !== undefined && cell !== values.cell) continue;
    const before = process.cpuUsage();
    const shares = Array.from({ length: seeds }, (_, seed) => trial(task, cell, seed + 1)).sort((a, b) => a - b);
    const solved = shares.filter((share) => share >= SOLVED).length;
    const { user, system } = process.cpuUsage(before);
    const median = (shares[Math.floor((seeds - 1) / 2)] + shares[Math.floor(seeds / 2)]) / 2;
    results.push({ task: task.name, cell, seeds, solved, median, shares });
    const seconds = ((user + system) / 1e6 / seeds).toFixed(1);
    console.log(`${task.name}\t${cell}\t${solved} of ${seeds}\tmedian ${median.toFixed(3)}\t${seconds} s a seed`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  }
}
