import { describe, expect, test } from 'vitest';
import fixture from '../../fixtures/pytorch/graves-lstm.json' with { type: 'json' };
import type { Engine } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';

type Case = (typeof fixture.cases)[number];

function engineOf({ make }: EngineKind, { shape, batch, parameters }: Case): Engine {
  const engine = make({ shape, capacity: batch.length.length, seed: 1 });
  const data = new Float64Array(3 * parameters.length);
  data.set(parameters);
  engine.load({ updates: 0, data });
  return engine;
}

function learn(engine: Engine, { batch }: Case, rate: number): number {
  const { x, target, length, weight, h, c } = engine.learnBatch;
  x.set(batch.x);
  target.set(batch.target.map((value) => value ?? Number.NaN));
  length.set(batch.length);
  weight.set(batch.weight);
  h.set(batch.h);
  c.set(batch.c);
  return engine.learn(batch.length.length, rate).nats;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** How near an engine we ship stays to PyTorch in f64: tighter than what f32 owes in `close.ts`. */
export function parityContract(kind: EngineKind): void {
  describe.each(fixture.cases)(`${kind.kind} beside PyTorch in f64: $name`, (expected) => {
    test('each gradient is within 1e-5 of itself, where it is not under a hundredth of the largest', () => {
      const engine = engineOf(kind, expected);
      learn(engine, expected, 0);
      const { gradient, gradient_norm } = expected.learned;
      const clip = Math.min(1, 5 / gradient_norm);
      const { data } = engine.weights();
      const least = largest(gradient) / 100;
      const errors = gradient.map((g, i) =>
        Math.abs(g) < least ? 0 : Math.abs(data[gradient.length + i] / (0.1 * clip * g) - 1),
      );
      expect(gradient.filter((g) => Math.abs(g) >= least).length).toBeGreaterThan(gradient.length / 4);
      expect(largest(errors)).toBeLessThan(1e-5);
    });

    test('after 100 updates every parameter is within 1e-5, and the surprisal within 1e-5 nats', () => {
      const engine = engineOf(kind, expected);
      const { updates, nats, parameters } = expected.trained;
      let last = 0;
      for (let update = 0; update < updates; update++) last = learn(engine, expected, 2e-3);
      const { data } = engine.weights();
      expect(updates).toBe(100);
      expect(largest(parameters.map((value, i) => value - data[i]))).toBeLessThan(1e-5);
      expect(Math.abs(last - nats)).toBeLessThan(1e-5);
    });
  });
}
