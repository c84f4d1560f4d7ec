import { parseArgs } from 'node:util';
import { engineOf } from '../../src/lstm/engines.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { enginesHere } from '../../src/pipeline/run/engines.ts';

/* node test/bench/run.mjs test/bench/engines-soak.ts [--engine auto] [--rows 1000000]
 *
 * Scores and learns so many rows, H = 32, batch 32, learning each fourth, and tells the memory on the way: it must not grow. */

const BATCH = 32;
const REPORTS = 5;

const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'auto' }, rows: { type: 'string', default: '1000000' } },
});
const rows = Number(values.rows);
const { kind, make } = engineOf(networkOptions.parse({ engine: values.engine }).engine, enginesHere());
const shape = { inputs: 9, hidden: 32, channels: 1, steps: 16, losses: 4, peepholes: true };
const engine = make({ shape, capacity: BATCH, seed: 1 });
const { forwardBatch, learnBatch } = engine;

/** A wave that no period of the loop divides; costs no memory. */
function fill(values: Float32Array | Float64Array, from: number): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(0.37 * (from + i));
}

function megabytes(): string {
  return `${(process.memoryUsage().rss / 2 ** 20).toFixed(1)} MiB`;
}

learnBatch.length.fill(shape.steps);
learnBatch.weight.fill(1);
const steps = Math.ceil(rows / BATCH);
const report = Math.ceil(steps / REPORTS);
for (let step = 0; step < steps; step++) {
  if (step % report === 0) console.log(`${kind} ${step * BATCH} rows: RSS ${megabytes()}`);
  fill(forwardBatch.x, step);
  engine.forward(BATCH);
  if (step % shape.losses !== 0) continue;
  fill(learnBatch.x, step);
  fill(learnBatch.target, step + 1);
  engine.learn(BATCH, 1e-4);
}
console.log(`${kind} ${steps * BATCH} rows: RSS ${megabytes()}`);
