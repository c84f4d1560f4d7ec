import type { Shape } from '../engine.ts';
import { headsOf } from '../heads/heads.ts';
import { FMA, SIMD } from './module.ts';
import { type Pair, pairsOf } from './packing.ts';

/**
 * What lies where in the memory, in the order of `tabulate` in `assembly/plan.ts`; `bytes` is the size of each block of
 * weights.
 */
const ADDRESSES = [
  'parameters',
  'bytes',
  'stepX',
  'stepH',
  'stepC',
  'stepDistribution',
  'learnX',
  'learnTarget',
  'learnLength',
  'learnWeight',
  'learnH',
  'learnC',
  'pairs',
  'heads',
  'goals',
  'shares',
] as const;

/** What `assembly/index.ts` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly make: (
    inputs: number,
    hidden: number,
    channels: number,
    forms: number,
    pairs: number,
    steps: number,
    losses: number,
    peepholes: boolean,
    capacity: number,
    width: number,
    foreign: boolean,
  ) => number;
  /** 1 or 0. */
  readonly fused: () => number;
  readonly refresh: () => void;
  readonly forward: (rows: number) => void;
  readonly learn: (rows: number, rate: number, update: number) => number;
  readonly nats: () => number;
  readonly targets: () => number;
}

/** An instance for one shape: its functions, its memory, and the bytes in it where things begin. */
export interface Kernels {
  readonly call: Exports;
  readonly memory: ArrayBuffer;
  readonly at: Readonly<Record<(typeof ADDRESSES)[number], number>>;
}

/** The least module that has a vector in it: () → v128, `i32.const 0, i8x16.splat, drop`. */
const PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);

/** Whether this machine and this runtime have WebAssembly's 128-bit SIMD. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(PROBE);
}

/**
 * Whether they have its relaxed SIMD as well, and a multiply-add there rounds once: what rounds twice would be another
 * engine's result.
 */
export function hasFusedMultiplyAdd(): boolean {
  return hasSimd() && WebAssembly.validate(bytesOf(FMA)) && exportsOf('fma', () => undefined).fused() === 1;
}

/** The two builds of the kernels: equal but for their multiply-adds, which round twice or once. */
export type Build = 'simd' | 'fma';

const compiled = new Map<Build, WebAssembly.Module>();

/**
 * The losses of heads without a kernel in the module, at steps from `from` up to `to` of all lanes of a panel, whose
 * rows are `row` bytes long and whose steps `slot`.
 */
type Losses = (from: number, to: number, row: number, slot: number) => void;

/** Of a fresh instance. The module is compiled with the first. */
function exportsOf(build: Build, losses: Losses): Exports {
  const module = compiled.get(build) ?? new WebAssembly.Module(bytesOf(build === 'fma' ? FMA : SIMD));
  compiled.set(build, module);
  return new WebAssembly.Instance(module, { heads: { losses } }).exports as unknown as Exports;
}

/** A fresh instance with its memory sized for the shape, once and for all; `losses` as its type says. */
export function instantiate(build: Build, shape: Shape, capacity: number, losses: Losses): Kernels {
  const call = exportsOf(build, losses);
  const { inputs, hidden, channels, steps, losses: lossRows, peepholes } = shape;
  const { width: forms } = headsOf(shape);
  const pairs = pairsOf(shape);
  const width = widthOf(shape, pairs.length);
  const foreign = pairs.some(({ channel }) => channel < 0);
  const table = call.make(
    ...([inputs, hidden, channels, forms, pairs.length, steps, lossRows] as const),
    ...([peepholes, capacity, width, foreign] as const),
  );
  const memory = call.memory.buffer;
  const addresses = new Uint32Array(memory, table, ADDRESSES.length);
  const at = Object.fromEntries(ADDRESSES.map((name, i) => [name, addresses[i]])) as Kernels['at'];
  writePairs(new DataView(memory, at.pairs), pairs);
  return { call, memory, at };
}

function writePairs(view: DataView, pairs: readonly Pair[]): void {
  for (const [n, { skips, channel, offset, single }] of pairs.entries()) {
    view.setFloat32(16 * n, skips[0], true);
    view.setFloat32(16 * n + 4, skips[1], true);
    view.setInt32(16 * n + 8, channel, true);
    view.setUint32(16 * n + 12, single ? offset + 2 ** 31 : offset, true);
  }
}

/** A panel that fits half of a second cache of 1 MiB runs fastest (`test/bench/engines.ts`). */
const PANEL_BYTES = 512 * 1024;

/** Lanes of a panel: the most of 32, 16 and 8 whose rows, over all steps, fit; 8 if none does. */
function widthOf({ inputs, hidden, channels, steps }: Shape, pairs: number): number {
  const bytesPerLane = 4 * (steps + 1) * (1 + inputs + 7 * hidden + 2 * pairs + 2 * channels);
  return [32, 16].find((lanes) => lanes * bytesPerLane <= PANEL_BYTES) ?? 8;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes that base64 encodes. O(length). */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < base64.length; from += 4, to += 3) {
    let word = 0;
    for (let i = 0; i < 4; i++) word = (word << 6) | Math.max(0, DIGITS.indexOf(base64.charAt(from + i)));
    bytes.set([word >> 16, (word >> 8) & 255, word & 255].slice(0, bytes.length - to), to);
  }
  return bytes;
}
