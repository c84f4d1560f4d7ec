import { compile, FMA, SIMD } from '../../src/lstm/wasm/assembly/build.mjs';
import { hasFusedMultiplyAdd, hasSimd } from '../../src/lstm/wasm/instance.ts';

const TURNS = 200_000;

/** Floating point operations that one call of `run` does. */
export interface Ceiling {
  readonly operations: number;
  readonly run: () => void;
}

/** The most that 128-bit SIMD can do on one core of this machine, its multiply-adds fused where they can be; none where there is no SIMD. */
export async function ceilingOf(): Promise<Ceiling | undefined> {
  if (!hasSimd()) return undefined;
  const module = new WebAssembly.Module(
    await compile(hasFusedMultiplyAdd() ? FMA : SIMD, 'src/lstm/wasm/assembly/ceiling.ts'),
  );
  const { ceiling, PER_TURN } = new WebAssembly.Instance(module).exports as unknown as {
    readonly ceiling: (turns: number, factor: number, summand: number) => number;
    readonly PER_TURN: { readonly value: number };
  };
  return { operations: 2 * PER_TURN.value * TURNS, run: () => void ceiling(TURNS, 0.999, 0.001) };
}
