import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { mutateProgram } from '../../src/evolve/mutate.ts';
import type { Engine, Shape } from '../../src/lstm/engine.ts';
import { graph } from '../../src/lstm/graph/graph.ts';
import { GRAVES, programOf, programText } from '../../src/lstm/graph/program.ts';
import { Random } from '../../src/math/random.ts';
import { autodiff } from '../../src/tensorflow/autodiff.ts';
import { fillLearnBatch } from '../lstm/random-batch.ts';

const BATCH = 2;

function installed(): boolean {
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs');
    return true;
  } catch {
    return false;
  }
}

/** Graves' cell, and what some mutations make of it. */
function cells(): readonly string[] {
  const random = new Random(11);
  const all = [GRAVES];
  for (let program = programOf(GRAVES); all.length < 6; ) {
    for (let n = 0; n < 8; n++) program = mutateProgram(program, random);
    all.push(programText(program));
  }
  return all;
}

/** Gradient of a batch by Adam's first moment, and the state that is left. */
function learned(engine: Engine) {
  fillLearnBatch(engine, 3, { missing: 0.2, unequal: true, weighted: true });
  const { nats, gradientNorm } = engine.learn(BATCH, 0);
  const { data } = engine.weights();
  return {
    nats,
    gradientNorm,
    moments: Float64Array.from(data.subarray(data.length / 3, (2 * data.length) / 3)),
    h: engine.learnBatch.h,
  };
}

describe.skipIf(!installed())('TensorFlow.js, where the optional package is installed', { timeout: 240_000 }, () => {
  test.each(cells())('has the gradient, the losses and the state of the engine `graph`, of cell %#', (cell) => {
    const shape: Shape = { inputs: 3, hidden: 4, channels: 2, steps: 6, losses: 3, peepholes: true, cell };
    const options = { shape, capacity: BATCH, seed: 5 };
    const [own, theirs] = [learned(graph(options)), learned(autodiff(options))];
    expect(theirs.nats).toBeCloseTo(own.nats, 5);
    const largest = own.moments.reduce((most, moment) => Math.max(most, Math.abs(moment)), 0);
    for (const [i, moment] of own.moments.entries()) {
      expect(Math.abs(theirs.moments[i] - moment)).toBeLessThan(1e-4 * largest);
    }
    for (const [j, value] of own.h.entries()) expect(Math.abs(theirs.h[j] - value)).toBeLessThan(1e-5);
    expect(largest).toBeGreaterThan(0);
  });
});
