import { Failure } from '../errors/failure.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { graph } from './graph/graph.ts';
import { isGraph, type NetworkOptions } from './options.ts';
import { reference } from './reference.ts';
import { hasFusedMultiplyAdd, hasSimd } from './wasm/instance.ts';
import { wasm, wasmFma } from './wasm/wasm.ts';

/** One way to compute the network. */
export interface EngineKind {
  readonly kind: string;
  readonly make: (options: EngineOptions) => Engine;
}

/** Plain TypeScript in f64: the oracle, and on every machine. */
const everywhere = declining('reference', reference);

/** WebAssembly with 128-bit SIMD, in f32: wherever V8 finds SSE 4.1 or NEON. */
const vectors = declining('wasm', wasm);

/** The same with fused multiply-adds, the fastest: wherever V8 has relaxed SIMD and the processor FMA. */
const fused = declining('wasm-fma', wasmFma);

/** Any cell, as a graph of vectors, in f64: the only one for a cell that was evolved. */
export const graphs: EngineKind = { kind: 'graph', make: graph };

/** An engine that computes Graves' cell and the plain LSTM only, and says so before the first record. */
function declining(kind: string, make: EngineKind['make']): EngineKind {
  return {
    kind,
    make(options) {
      if (options.shape.cell === undefined) return make(options);
      throw new Failure('lstm/no-engine', `the engine \`${kind}\` computes no cell graph; \`engine: graph\` does`);
    },
  };
}

/** What of WebAssembly a machine has. */
export interface Vectors {
  readonly simd: boolean;
  readonly fma: boolean;
}

/** The engines of such a machine, the best first: `auto` takes that. */
export function enginesOn({ simd, fma }: Vectors): readonly EngineKind[] {
  return [...(fma ? [fused] : []), ...(simd ? [vectors] : []), everywhere, graphs];
}

/** Every engine of this build on this machine. */
export const engines: readonly EngineKind[] = enginesOn({ simd: hasSimd(), fma: hasFusedMultiplyAdd() });

/**
 * The engine of this name; `auto` is the first. @throws Failure lstm/no-engine where this build or machine has none.
 */
export function engineOf(name: string, among = engines): EngineKind {
  const found = name === 'auto' ? among[0] : among.find(({ kind }) => kind === name);
  if (found === undefined) {
    const names = among.map(({ kind }) => kind).join(', ');
    throw new Failure('lstm/no-engine', `there is no engine \`${name}\` on this machine; there are: auto, ${names}`);
  }
  return found;
}

/** The engine that is asked for; that of cell graphs where the cell is one and nothing is said. */
export function engineName({ engine, cell }: Pick<NetworkOptions, 'engine' | 'cell'>): NetworkOptions['engine'] {
  return engine === 'auto' && isGraph(cell) ? 'graph' : engine;
}
