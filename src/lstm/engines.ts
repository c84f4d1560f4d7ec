import { Failure } from '../errors/failure.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { reference } from './reference.ts';
import { hasFusedMultiplyAdd, hasSimd } from './wasm/instance.ts';
import { wasm, wasmFma } from './wasm/wasm.ts';

/** One way to compute the network. */
export interface EngineKind {
  readonly kind: string;
  readonly make: (options: EngineOptions) => Engine;
}

/** Plain TypeScript in f64: the oracle, and on every machine. */
const everywhere: EngineKind = { kind: 'reference', make: reference };

/** WebAssembly with 128-bit SIMD, in f32: wherever V8 finds SSE 4.1 or NEON. */
const vectors: EngineKind = { kind: 'wasm', make: wasm };

/** The same with fused multiply-adds, the fastest: wherever V8 has relaxed SIMD and the processor FMA. */
const fused: EngineKind = { kind: 'wasm-fma', make: wasmFma };

/** What of WebAssembly a machine has. */
export interface Vectors {
  readonly simd: boolean;
  readonly fma: boolean;
}

/** The engines of such a machine, the best first: `auto` takes that. */
export function enginesOn({ simd, fma }: Vectors): readonly EngineKind[] {
  return [...(fma ? [fused] : []), ...(simd ? [vectors] : []), everywhere];
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
