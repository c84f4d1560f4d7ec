import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CELLS } from './cells.ts';
import { lagPlot } from './lag-plot.ts';
import { normsByLag } from './norms.ts';
import { tasks } from './tasks.ts';

/* node test/bench/run.mjs test/bench/long-lag/gradient.ts [--seeds 10] [--updates 800] [--plot FILE]
 *
 * How much the distribution at the end of a sequence depends on what was read so many rows before: the norm of its
 * derivative by that row, by central differences in f64, after learning the temporal order; `--updates 0`: before. */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    updates: { type: 'string', default: '800' },
    plot: { type: 'string' },
  },
});
const task = tasks.find(({ name }) => name === 'temporal order') ?? tasks[0];
const [seeds, updates] = [Number(values.seeds), Number(values.updates)];
const lines = CELLS.map((name) => {
  const all = Array.from({ length: seeds }, (_, seed) => normsByLag(task, name, seed + 1, updates));
  const norms = all[0].map((_, lag) => Math.exp(all.reduce((sum, each) => sum + Math.log(each[lag]), 0) / seeds));
  return { name, norms };
});
for (const { name, norms } of lines) {
  const some = [0, 5, 10, 15, 20, 25, 29].map((lag) => `${lag}: ${norms[lag].toExponential(1)}`);
  process.stdout.write(`${updates} updates\t${name}\t${some.join('  ')}\n`);
}
if (values.plot !== undefined) writeFileSync(values.plot, lagPlot(lines));
