import { expect, test } from 'vitest';
import type { Engine, Shape } from '../../src/lstm/engine.ts';
import { formAt } from '../../src/lstm/heads/forms.ts';
import { headsOf } from '../../src/lstm/heads/heads.ts';
import { layoutOf } from '../../src/lstm/layout.ts';
import { reference } from '../../src/lstm/reference.ts';
import { Random } from '../../src/math/random.ts';
import { type BatchTraits, fillLearnBatch } from './random-batch.ts';

const SEED = 3;
const BATCH = 5;
const STEP = 1e-5;

/** Parameters far from where gradients are clipped: every block random, peepholes included, scales about e. */
function parametersOf(shape: Shape): Float64Array {
  const layout = layoutOf(shape);
  const random = new Random(17);
  const parameters = Float64Array.from({ length: layout.count }, () => 0.4 * random.normal());
  if (!shape.peepholes) parameters.fill(0, layout.p, layout.b);
  const { heads, offsets } = headsOf(shape);
  for (const [d, { kind }] of heads.entries()) {
    if (kind === 'real') parameters[formAt(layout, offsets[d] + 2) - 1] += 1;
  }
  return parameters;
}

function withParameters(shape: Shape, parameters: Float64Array): Engine {
  const engine = reference({ shape, capacity: BATCH, seed: 1 });
  const data = new Float64Array(3 * parameters.length);
  data.set(parameters);
  engine.load({ updates: 0, data });
  return engine;
}

/** The gradient, read from Adam's first moment after one update: m = 0.1·g. */
function analytic(shape: Shape, traits: BatchTraits): Float64Array {
  const parameters = parametersOf(shape);
  const engine = withParameters(shape, parameters);
  fillLearnBatch(engine, SEED, traits);
  expect(engine.learn(BATCH, 0).gradientNorm).toBeLessThan(5);
  const { data } = engine.weights();
  return Float64Array.from(data.subarray(parameters.length, 2 * parameters.length), (m) => m / (1 - 0.9));
}

/** Σ weight·loss / (K·Σ weight), by forward steps alone: none of the code that learns takes part. */
function objective(shape: Shape, parameters: Float64Array, traits: BatchTraits): number {
  const engine = withParameters(shape, parameters);
  fillLearnBatch(engine, SEED, traits);
  const { length, weight } = engine.learnBatch;
  let sum = 0;
  let weights = 0;
  for (let row = 0; row < BATCH; row++) {
    weights += weight[row];
    sum += weight[row] * lossOf(engine, row, length[row]);
  }
  return sum / (shape.losses * weights);
}

function lossOf(engine: Engine, row: number, length: number): number {
  const { inputs, hidden, channels, steps, losses } = engine.shape;
  const { x, h, c, distribution } = engine.forwardBatch;
  const { heads, offsets } = headsOf(engine.shape);
  const batch = engine.learnBatch;
  for (let j = 0; j < hidden; j++) {
    h[j] = batch.h[row * hidden + j];
    c[j] = batch.c[row * hidden + j];
  }
  let sum = 0;
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < inputs; i++) x[i] = batch.x[(row * steps + t) * inputs + i];
    engine.forward(1);
    const k = t - (length - losses);
    if (k < 0) continue;
    for (let d = 0; d < channels; d++) {
      const target = batch.target[(row * losses + k) * channels + d];
      if (Number.isNaN(target)) continue;
      const at = offsets[d];
      if (heads[d].kind === 'real') sum += studentT(target - distribution[at], distribution[at + 1]);
      else sum += heads[d].bits(distribution, at, target, 1) * Math.LN2;
    }
  }
  return sum;
}

function studentT(residual: number, scale: number): number {
  return Math.log(scale) + 2.5 * Math.log(1 + residual ** 2 / (4 * scale ** 2));
}

const base = { inputs: 3, hidden: 5, channels: 2, steps: 8, losses: 4, peepholes: true };
const everything = { missing: 0.3, unequal: true, weighted: true };

test.each<{ name: string; shape: Shape; traits: BatchTraits }>([
  { name: 'full series', shape: base, traits: {} },
  { name: 'missing targets, unequal lengths and weights', shape: base, traits: everything },
  { name: 'no peepholes', shape: { ...base, peepholes: false }, traits: everything },
  { name: 'one channel, one unit, one input', shape: { ...base, inputs: 1, hidden: 1, channels: 1 }, traits: {} },
  { name: 'a loss at the last row alone', shape: { ...base, losses: 1 }, traits: { unequal: true } },
  {
    name: 'a head of every kind',
    shape: {
      ...{ ...base, channels: 4 },
      heads: [{ kind: 'count' }, { kind: 'category', size: 4 }, { kind: 'real' }, { kind: 'category', size: 3 }],
    },
    traits: everything,
  },
  { name: 'losses at every row', shape: { ...base, steps: 4 }, traits: { missing: 0.5 } },
])('the gradient is that of central differences, in every block: $name', ({ shape, traits }) => {
  const layout = layoutOf(shape);
  const parameters = parametersOf(shape);
  const gradient = analytic(shape, traits);
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  for (let i = 0; i < layout.count; i++) {
    if (!shape.peepholes && i >= layout.p && i < layout.b) {
      expect(gradient[i]).toBe(0);
      continue;
    }
    const at = (step: number) => objective(shape, parameters.with(i, parameters[i] + step), traits);
    const numeric = (at(STEP) - at(-STEP)) / (2 * STEP);
    expect(Math.abs(gradient[i] - numeric) / Math.max(Math.abs(numeric), 1e-3 * norm)).toBeLessThan(1e-6);
  }
});
