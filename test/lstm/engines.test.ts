import { describe, expect, test } from 'vitest';
import { engineOf, engines, enginesOn } from '../../src/lstm/engines.ts';
import { engineContract } from './engine-contract.ts';
import { parityContract } from './parity-contract.ts';
import { pytorchContract } from './pytorch-contract.ts';

for (const engine of engines) {
  pytorchContract(engine);
  parityContract(engine);
  describe(`the engine ${engine.kind}`, () => engineContract(engine));
}

test('auto is the first engine of the registry, and every engine is found by its name', () => {
  expect(engineOf('auto')).toBe(engines[0]);
  expect(engineOf('reference').kind).toBe('reference');
});

test('without SIMD auto falls back to the reference, and wasm is refused by name', () => {
  const scalar = enginesOn({ simd: false, fma: false });
  expect(engineOf('auto', scalar).kind).toBe('reference');
  expect(() => engineOf('wasm', scalar)).toThrow(expect.objectContaining({ code: 'lstm/no-engine' }));
  expect(engineOf('auto', enginesOn({ simd: true, fma: false })).kind).toBe('wasm');
  expect(engineOf('auto', enginesOn({ simd: true, fma: true })).kind).toBe('wasm-fma');
});

test('an engine that this build has not is refused by its name, and those it has are listed', () => {
  expect(() => engineOf('tensorflow')).toThrow(/no engine `tensorflow`.*there are: auto, .*reference/);
});

test('no two engines share a name, and each makes what its name says', () => {
  const shape = { inputs: 1, hidden: 4, channels: 1, steps: 4, losses: 4, peepholes: true };
  for (const { kind, make } of engines) expect(make({ shape, capacity: 1, seed: 1 }).kind).toBe(kind);
  expect(new Set(engines.map(({ kind }) => kind)).size).toBe(engines.length);
});
