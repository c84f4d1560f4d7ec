import process from 'node:process';
import { type DetectorOptions, shapeOf } from '../../detector/options.ts';
import { Failure } from '../../errors/failure.ts';
import { engines as built, type EngineKind, engineOf, graphs } from '../../lstm/engines.ts';
import { isGraph } from '../../lstm/options.ts';
import { missing } from '../../tensorflow/binding.ts';
import { tensorflow } from '../../tensorflow/tensorflow.ts';
import { chooseEngine, type EngineChoice } from './choose-engine.ts';

/** Every engine of this machine. TensorFlow's is loaded when the first is made, in about a second. */
export function enginesHere(): readonly EngineKind[] {
  return missing() === undefined ? [...built, tensorflow] : built;
}

/**
 * Those that `auto` measures: with fused multiply-adds the same kernels do less and never more, so the build without
 * them need not race against it.
 */
export function contendersOf(candidates: readonly EngineKind[]): readonly EngineKind[] {
  const fma = candidates.some(({ kind }) => kind === 'wasm-fma');
  return candidates.filter(({ kind }) => kind !== graphs.kind && !(fma && kind === 'wasm'));
}

/** The engine of cell graphs. @throws Failure lstm/no-engine where another is asked for */
function graphFor(engine: string): EngineKind {
  if (engine === 'auto' || engine === graphs.kind) return graphs;
  throw new Failure('lstm/no-engine', `the engine \`${engine}\` computes no cell graph; \`engine: graph\` does`);
}

/** Seconds that this process has computed, all threads together. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * The engines of this machine, the best for this stream first: the one it names, or with `auto` the one that a moment's
 * measuring finds.
 * @throws Failure lstm/no-engine
 */
export function enginesFor(options: DetectorOptions, candidates = enginesHere()): EngineChoice {
  const { engine, cell, batch, learn_every: every } = options.network;
  if (isGraph(cell)) return { engines: [graphFor(engine)], rates: new Map() };
  if (engine === 'auto') {
    const contenders = contendersOf(candidates);
    const choice = chooseEngine({ shape: shapeOf(options), batch, every }, contenders, cpuSeconds);
    return { ...choice, engines: [...choice.engines, ...candidates.filter((kind) => !contenders.includes(kind))] };
  }
  const why = engine === 'tensorflow' && !candidates.includes(tensorflow) ? missing() : undefined;
  if (why !== undefined)
    throw new Failure('lstm/no-engine', `there is no engine \`tensorflow\` on this machine: ${why}`);
  return { engines: [engineOf(engine, candidates)], rates: new Map() };
}
