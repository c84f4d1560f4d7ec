import type { Engine } from '../../../src/lstm/engine.ts';
import { engineOf, engines } from '../../../src/lstm/engines.ts';
import { Random } from '../../../src/math/random.ts';
import type { CellName } from './cells.ts';
import type { Task } from './tasks.ts';
import { learned } from './trial.ts';

const STEP = 1e-4;
const SEQUENCES = 4;

/**
 * [lag]: norm of the derivative of the last row's distribution by the row so many before it, by central differences in
 * f64, after so many learning steps; geometric mean over sequences.
 */
export function normsByLag(task: Task, cell: CellName, seed: number, updates: number): number[] {
  const engine = precise(cell, learned(task, cell, seed, updates));
  const random = new Random(seed);
  const sums = new Array<number>(task.steps).fill(0);
  for (let n = 0; n < SEQUENCES; n++) {
    const { x } = task.episode(random, task.steps);
    for (let lag = 0; lag < task.steps; lag++)
      sums[lag] += Math.log(norm(engine, task, x, task.steps - 1 - lag) + 1e-12);
  }
  return sums.map((sum) => Math.exp(sum / SEQUENCES));
}

/** The same weights in f64. */
function precise(cell: CellName, engine: Engine): Engine {
  if (cell !== 'graves' && cell !== 'lstm') return engine;
  const exact = engineOf('reference', engines).make({ shape: engine.shape, capacity: 1, seed: 1 });
  exact.load(engine.weights());
  return exact;
}

function norm(engine: Engine, { inputs, steps }: Task, x: Float64Array, row: number): number {
  let squares = 0;
  for (let i = 0; i < inputs; i++) {
    const ends = [STEP, -STEP].map((step) =>
      last(engine, inputs, steps, x.with(row * inputs + i, x[row * inputs + i] + step)),
    );
    for (let f = 0; f < ends[0].length; f++) squares += ((ends[0][f] - ends[1][f]) / (2 * STEP)) ** 2;
  }
  return Math.sqrt(squares);
}

function last(engine: Engine, inputs: number, steps: number, x: Float64Array): number[] {
  const { forwardBatch } = engine;
  forwardBatch.h.fill(0);
  forwardBatch.c.fill(0);
  for (let t = 0; t < steps; t++) {
    forwardBatch.x.set(x.subarray(t * inputs, (t + 1) * inputs));
    engine.forward(1);
  }
  return Array.from(forwardBatch.distribution.subarray(0, forwardBatch.distribution.length / engine.capacity));
}
