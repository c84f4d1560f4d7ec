import { expect, test } from 'vitest';
import { type EngineKind, engines, enginesOn } from '../../src/lstm/engines.ts';
import { contendersOf, enginesFor, enginesHere } from '../../src/pipeline/run/engines.ts';
import { missing } from '../../src/tensorflow/binding.ts';
import { smallDetector } from '../detector/options.ts';

const optionsFor = (engine: string) => smallDetector([{}], { network: { engine } });

test('tensorflow is one of the engines where it is installed', () => {
  const kinds = enginesHere().map(({ kind }) => kind);
  expect(kinds.includes('tensorflow')).toBe(missing() === undefined);
  expect(kinds.slice(0, engines.length)).toEqual(engines.map(({ kind }) => kind));
});

test('an engine that is named is the one, unmeasured', () => {
  const { engines: chosen, rates } = enginesFor(optionsFor('reference'));
  expect(chosen.map(({ kind }) => kind)).toEqual(['reference']);
  expect(rates.size).toBe(0);
});

test('auto measures the engines there are, and all of them can continue from a state', () => {
  const { engines: chosen, rates } = enginesFor(optionsFor('auto'));
  expect(new Set(chosen)).toEqual(new Set(enginesHere()));
  expect(rates.has(chosen[0].kind)).toBe(true);
});

test('the build without fused multiply-adds races only where the other cannot', () => {
  const kinds = (candidates: readonly EngineKind[]) => contendersOf(candidates).map(({ kind }) => kind);
  expect(kinds(enginesOn({ simd: true, fma: true }))).toEqual(['wasm-fma', 'reference']);
  expect(kinds(enginesOn({ simd: true, fma: false }))).toEqual(['wasm', 'reference']);
});

test('tensorflow, asked for where it is not, is refused by its name', () => {
  const ask = () => enginesFor(optionsFor('tensorflow'), engines);
  expect(ask).toThrow(/no engine `tensorflow`/);
  expect(ask).toThrow(expect.objectContaining({ code: 'lstm/no-engine', remedy: 'fix-config' }));
});
