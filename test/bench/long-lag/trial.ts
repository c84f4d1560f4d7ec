import type { Engine } from '../../../src/lstm/engine.ts';
import { type Heads, headsOf } from '../../../src/lstm/heads/heads.ts';
import { Random } from '../../../src/math/random.ts';
import { type CellName, engineFor } from './cells.ts';
import type { Episode } from './episode.ts';
import type { Task } from './tasks.ts';

/** Sequences of a learning step. */
const BATCH = 16;
/** Sequences that are tested. */
const TESTED = 200;
/** Solved: so large a part of what is tested is right. */
export const SOLVED = 0.98;

/** Share of what is tested that is right, after learning with this cell from these seeds. */
export function trial(task: Task, cell: CellName, seed: number, updates = task.updates): number {
  const engine = learned(task, cell, seed, updates);
  return tested(task, engine, new Random(1_000_000 + seed));
}

/** The network of a task, after so many learning steps. */
export function learned(task: Task, cell: CellName, seed: number, updates: number): Engine {
  const { inputs, hidden, steps, losses, head } = task;
  const shape = { inputs, hidden, channels: 1, heads: [head], steps, losses };
  const engine = engineFor(cell, { shape, capacity: BATCH, seed });
  const random = new Random(seed);
  if (task.continual) continual(task, engine, random, updates);
  else for (let n = 0; n < updates; n++) once(task, engine, random);
  return engine;
}

/** A learning step over sequences that begin with nothing in mind. */
function once({ steps, losses, inputs, rate, episode }: Task, engine: Engine, random: Random): void {
  const { x, target, length, weight, h, c } = engine.learnBatch;
  h.fill(0);
  c.fill(0);
  for (let b = 0; b < BATCH; b++) {
    const one = episode(random, steps);
    x.set(one.x, b * steps * inputs);
    target.set(one.target.subarray(steps - losses), b * losses);
    length[b] = steps;
    weight[b] = 1;
  }
  engine.learn(BATCH, rate);
}

/** Streams that never begin anew: each learning step is K rows further, with the state that the last one left. */
function continual({ steps, losses, inputs, rate, episode }: Task, engine: Engine, random: Random, updates: number) {
  const streams = Array.from({ length: BATCH }, () => episode(random, (updates + 1) * losses + steps));
  const { x, target, length, weight, h, c } = engine.learnBatch;
  h.fill(0);
  c.fill(0);
  for (let n = 0; n < updates; n++) {
    for (const [b, one] of streams.entries()) {
      const from = n * losses;
      x.set(one.x.subarray(from * inputs, (from + steps) * inputs), b * steps * inputs);
      target.set(one.target.subarray(from + steps - losses, from + steps), b * losses);
      length[b] = steps;
      weight[b] = 1;
    }
    engine.learn(BATCH, rate);
  }
}

function tested(task: Task, engine: Engine, random: Random): number {
  const rows = task.tested ?? task.steps;
  const heads = headsOf(engine.shape);
  let [right, wanted] = [0, 0];
  for (let n = 0; n < (task.continual ? 1 : TESTED); n++) {
    const found = answers(task, engine, heads, task.episode(random, rows));
    // Of a sequence all must be right, of a stream each counts.
    wanted += task.continual ? found.length : 1;
    right += task.continual ? found.filter(Boolean).length : Number(found.every(Boolean));
  }
  return right / wanted;
}

/** By what is tested in a sequence: whether it was right. */
function answers(task: Task, engine: Engine, { heads: [head] }: Heads, { x, target }: Episode): boolean[] {
  const { forwardBatch } = engine;
  forwardBatch.h.fill(0);
  forwardBatch.c.fill(0);
  const found: boolean[] = [];
  for (let t = 0; t < target.length; t++) {
    forwardBatch.x.set(x.subarray(t * task.inputs, (t + 1) * task.inputs));
    engine.forward(1);
    const { distribution } = forwardBatch;
    if (Number.isNaN(target[t]) || task.tests?.(x, t, target[t]) === false) continue;
    found.push(task.isRight(distribution, target[t], head.expected(distribution, 0)));
  }
  return found;
}
