import { describe, expect, test } from 'vitest';
import { reference, referenceF32 } from '../../src/lstm/reference.ts';
import { engineContract } from './engine-contract.ts';
import { pytorchContract } from './pytorch-contract.ts';

const f32 = { kind: 'reference in f32', make: referenceF32 };

pytorchContract(f32);
describe('the reference in f32', () => engineContract(f32));

test('a batch outside its capacity, or a series outside K to T rows, is a bug and not an answer', () => {
  const shape = { inputs: 2, hidden: 3, channels: 1, steps: 4, losses: 2, peepholes: true };
  const engine = reference({ shape, capacity: 2, seed: 1 });
  engine.learnBatch.weight.fill(1);
  engine.learnBatch.length.set([4, 1]);
  expect(() => engine.forward(3)).toThrow(RangeError);
  expect(() => engine.learn(0, 1e-3)).toThrow(RangeError);
  expect(() => engine.learn(2, 1e-3)).toThrow(RangeError);
  expect(engine.weights().updates).toBe(0);
});
