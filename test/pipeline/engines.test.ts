import { expect, test } from 'vitest';
import { shapeOf } from '../../src/detector/options.ts';
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

const GRAPH = 'sum = linear\noutput = tanh sum\ncell = tanh sum';
const HEADS = [{ kind: 'real' }, { kind: 'count' }, { kind: 'category', vocabulary: 5 }] as const;
const named = [...enginesHere().map(({ kind }) => kind), 'auto'];
const pairs = named.flatMap((engine) => ['graves', 'lstm', GRAPH].map((cell) => [engine, cell] as const));

test.each(pairs)(
  'the engine %s computes the cell %j with every head, or declines it before the first row',
  (engine, cell) => {
    for (const head of HEADS) {
      const options = smallDetector([head], { network: { engine, cell } });
      const make = () =>
        enginesFor(options).engines[0].make({ shape: shapeOf(options), capacity: 1, seed: options.network.seed });
      if (cell === GRAPH && engine !== 'auto' && engine !== 'graph') {
        expect(make).toThrow(expect.objectContaining({ code: 'lstm/no-engine', remedy: 'fix-config' }));
        continue;
      }
      const made = make();
      const { length, weight, target } = made.learnBatch;
      length[0] = made.shape.steps;
      weight[0] = 1;
      target.fill(1);
      const { nats, gradientNorm } = made.learn(1, 0.01);
      made.forward(1);
      expect(nats).toBeGreaterThan(0);
      expect(gradientNorm).toBeGreaterThan(0);
      expect(Array.from(made.forwardBatch.distribution).every(Number.isFinite)).toBe(true);
    }
  },
);
