import { describe, expect, test } from 'vitest';
import fixture from '../../fixtures/pytorch/graves-lstm.json' with { type: 'json' };
import type { Engine, Real } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';
import { expectClose, toleranceOf } from './close.ts';

type Case = (typeof fixture.cases)[number];

function withParameters(kind: Pick<EngineKind, 'make'>, { shape, batch, parameters }: Case): Engine {
  const engine = kind.make({ shape, capacity: batch.length.length, seed: 1 });
  const data = new Float64Array(3 * parameters.length);
  data.set(parameters);
  engine.load({ updates: 0, data });
  return engine;
}

function fill({ learnBatch }: Engine, { batch }: Case): void {
  learnBatch.x.set(batch.x);
  learnBatch.target.set(batch.target.map((value) => value ?? Number.NaN));
  learnBatch.length.set(batch.length);
  learnBatch.weight.set(batch.weight);
  learnBatch.h.set(batch.h);
  learnBatch.c.set(batch.c);
}

/** The gradient after clipping, from Adam's first moment after one update: m = 0.1·g. */
function firstGradient(engine: Engine, count: number): Float64Array {
  return Float64Array.from(engine.weights().data.subarray(count, 2 * count), (m) => m / (1 - 0.9));
}

function parametersOf(engine: Engine, count: number): Real {
  return engine.weights().data.subarray(0, count);
}

/** An engine computes what PyTorch computed in f64, to its own precision: `fixtures/pytorch/generate.py`. */
export function pytorchContract(kind: Pick<EngineKind, 'kind' | 'make'>): void {
  describe.each(fixture.cases)(`${kind.kind} and PyTorch agree: $name`, (expected) => {
    const size = expected.batch.length.length;
    const { inputs, steps } = expected.shape;

    test('on the states and distributions of a forward step', () => {
      const engine = withParameters(kind, expected);
      const { forwardBatch } = engine;
      for (let row = 0; row < size; row++) {
        const from = row * steps * inputs;
        forwardBatch.x.set(expected.batch.x.slice(from, from + inputs), row * inputs);
      }
      forwardBatch.h.set(expected.batch.h);
      forwardBatch.c.set(expected.batch.c);
      engine.forward(size);
      const { pass } = toleranceOf(engine);
      expectClose(forwardBatch.h, expected.forward.h, pass);
      expectClose(forwardBatch.c, expected.forward.c, pass);
      expectClose(forwardBatch.distribution, expected.forward.distribution, pass);
    });

    test('on the loss, its gradient and the state after K rows', () => {
      const engine = withParameters(kind, expected);
      fill(engine, expected);
      const { pass } = toleranceOf(engine);
      const learned = engine.learn(size, 0);
      const { nats, gradient_norm, gradient, h, c } = expected.learned;
      const clip = Math.min(1, 5 / gradient_norm);
      expectClose([learned.nats, learned.gradientNorm], [nats, gradient_norm], pass);
      expectClose(
        firstGradient(engine, gradient.length),
        gradient.map((g) => g * clip),
        pass,
      );
      expectClose(engine.learnBatch.h, h, pass);
      expectClose(engine.learnBatch.c, c, pass);
    });

    test('on the parameters after 100 updates by Adam', () => {
      const engine = withParameters(kind, expected);
      const { updates, nats, parameters } = expected.trained;
      let last = 0;
      for (let update = 0; update < updates; update++) {
        fill(engine, expected);
        last = engine.learn(size, 2e-3).nats;
      }
      const { trained } = toleranceOf(engine);
      expect(engine.weights().updates).toBe(updates);
      expectClose([last], [nats], trained);
      expectClose(parametersOf(engine, parameters.length), parameters, trained);
    });
  });
}
