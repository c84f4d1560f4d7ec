import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import type { Engine, Shape } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';
import { reference } from '../../src/lstm/reference.ts';
import { wasm } from '../../src/lstm/wasm/wasm.ts';
import { binding } from '../../src/tensorflow/binding.ts';
import { tensorflow } from '../../src/tensorflow/tensorflow.ts';
import { expectClose } from '../lstm/close.ts';
import { engineContract } from '../lstm/engine-contract.ts';
import { parityContract } from '../lstm/parity-contract.ts';
import { pytorchContract } from '../lstm/pytorch-contract.ts';
import { fillForwardBatch, fillLearnBatch } from '../lstm/random-batch.ts';
import { describeWith } from '../servers/program.ts';
import { needed } from './needed.ts';

const shape: Shape = { inputs: 9, hidden: 32, channels: 1, steps: 16, losses: 4, peepholes: true };
const everything = { missing: 0.2, unequal: true, weighted: true };

function learnTimes(engine: Engine, updates: number, from = 0): Engine {
  for (let update = from; update < from + updates; update++) {
    fillLearnBatch(engine, update, everything);
    engine.learn(engine.capacity, 2e-3);
  }
  return engine;
}

/** A row's location, scale, h and c, computed alone and as one of 200: they fill several tiles, the last in part. */
function expectSameAloneAndAmong(wanted: Shape): void {
  const crowd = tensorflow.make({ shape: wanted, capacity: 200, seed: 4 });
  const alone = tensorflow.make({ shape: wanted, capacity: 200, seed: 4 });
  const { inputs, hidden } = wanted;
  fillForwardBatch(crowd, 1);
  const before = { x: crowd.forwardBatch.x.slice(), h: crowd.forwardBatch.h.slice(), c: crowd.forwardBatch.c.slice() };
  crowd.forward(200);
  for (let row = 0; row < 200; row++) {
    alone.forwardBatch.x.set(before.x.subarray(row * inputs, (row + 1) * inputs));
    alone.forwardBatch.h.set(before.h.subarray(row * hidden, (row + 1) * hidden));
    alone.forwardBatch.c.set(before.c.subarray(row * hidden, (row + 1) * hidden));
    alone.forward(1);
    for (const field of ['h', 'c'] as const) {
      const among = crowd.forwardBatch[field].slice(row * hidden, (row + 1) * hidden);
      expect(alone.forwardBatch[field].slice(0, hidden)).toEqual(among);
    }
    const said = crowd.forwardBatch.distribution.slice(2 * row, 2 * row + 2);
    expect(alone.forwardBatch.distribution.slice(0, 2)).toEqual(said);
  }
}

describeWith([needed], 'the engine tensorflow', () => {
  pytorchContract(tensorflow);
  parityContract(tensorflow);
  engineContract(tensorflow);

  test.each([
    { inputs: 9, hidden: 32 },
    { inputs: 3, hidden: 33 },
    { inputs: 7, hidden: 5 },
    { inputs: 9, hidden: 128 },
    { inputs: 200, hidden: 300 },
  ])('a row gives the same bits alone as among 200, for H $hidden and I $inputs', (size) => {
    expectSameAloneAndAmong({ ...shape, ...size });
  });

  test('no call leaves a tensor behind, not even one that fails', () => {
    const engine = learnTimes(tensorflow.make({ shape, capacity: 8, seed: 1 }), 16);
    const before = binding().getNumOfTensors();
    learnTimes(engine, 100);
    for (let n = 0; n < 100; n++) engine.forward(8);
    engine.load(engine.weights());
    engine.learnBatch.x.fill(Number.NaN);
    expect(() => engine.learn(8, 1e-3)).toThrow(expect.objectContaining({ code: 'lstm/diverged' }));
    expect(binding().getNumOfTensors()).toBe(before);
  });

  test('an engine that nobody holds gives its tensors back', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const before = binding().getNumOfTensors();
    for (let n = 0; n < 20; n++) tensorflow.make({ shape, capacity: 8, seed: 1 });
    expect(binding().getNumOfTensors()).toBeGreaterThanOrEqual(before + 20);
    await vi.waitFor(() => {
      collect();
      expect(binding().getNumOfTensors()).toBeLessThan(before + 20);
    });
  });

  test.each<Pick<EngineKind, 'kind' | 'make'>>([
    { kind: 'wasm', make: wasm },
    { kind: 'reference', make: reference },
  ])('weights of $kind are continued and taken back, as if one had done it all', ({ make }) => {
    const straight = learnTimes(make({ shape, capacity: 8, seed: 1 }), 30);
    const [first, last] = [1, 9].map((seed) => make({ shape, capacity: 8, seed }));
    const between = tensorflow.make({ shape, capacity: 8, seed: 7 });
    between.load(learnTimes(first, 10).weights());
    last.load(learnTimes(between, 10, 10).weights());
    learnTimes(last, 10, 20);
    expect(last.weights().updates).toBe(30);
    expectClose(last.weights().data, straight.weights().data, 1e-5);
  });
});
