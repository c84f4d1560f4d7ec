import { Failure } from '../errors/failure.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { reference } from './reference.ts';
import { hasSimd } from './wasm/instance.ts';
import { wasm } from './wasm/wasm.ts';

/** One way to compute the network. */
export interface EngineKind {
  readonly kind: string;
  readonly summary: string;
  readonly make: (options: EngineOptions) => Engine;
}

const everywhere: EngineKind = {
  kind: 'reference',
  summary: 'Plain TypeScript in f64: the oracle, and there on every machine.',
  make: reference,
};

const vectors: EngineKind = {
  kind: 'wasm',
  summary: 'WebAssembly with 128-bit SIMD, in f32: the fastest; wherever V8 finds SSE 4.1 or NEON.',
  make: wasm,
};

/** The engines of a machine with or without WebAssembly's SIMD, the best first: `auto` takes that. */
export function enginesOn({ simd }: { readonly simd: boolean }): readonly EngineKind[] {
  return simd ? [vectors, everywhere] : [everywhere];
}

/** Every engine of this build on this machine. */
export const engines: readonly EngineKind[] = enginesOn({ simd: hasSimd() });

/** The engine of this name; `auto` is the first. @throws Failure lstm/no-engine where this build or machine has none. */
export function engineOf(name: string, among = engines): EngineKind {
  const found = name === 'auto' ? among[0] : among.find(({ kind }) => kind === name);
  if (found === undefined) {
    const names = among.map(({ kind }) => kind).join(', ');
    throw new Failure('lstm/no-engine', `there is no engine \`${name}\` on this machine; there are: auto, ${names}`);
  }
  return found;
}
