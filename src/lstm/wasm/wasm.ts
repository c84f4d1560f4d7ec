import { Failure } from '../../errors/failure.ts';
import type { Engine, EngineOptions, ForwardBatch, LearnBatch, Learned, Shape, Weights } from '../engine.ts';
import { headsOf } from '../heads/heads.ts';
import { initialise } from '../initialise.ts';
import { type Build, instantiate, type Kernels } from './instance.ts';
import { OtherHeads, type PanelRows } from './losses.ts';
import { packingOf } from './packing.ts';

/**
 * The engine in WebAssembly SIMD, f32: lanes are series, so a row's result does not depend on its batch. The buffers
 * are views of the module's memory, which is sized here and never grows. Needs `hasSimd()`.
 */
export function wasm(options: EngineOptions): Engine {
  return new Wasm('simd', options);
}

/**
 * The same with fused multiply-adds: a fifth faster or more, and different in the last bits. Needs
 * `hasFusedMultiplyAdd()`.
 */
export function wasmFma(options: EngineOptions): Engine {
  return new Wasm('fma', options);
}

class Wasm implements Engine {
  readonly kind: string;
  readonly shape: Shape;
  readonly capacity: number;
  readonly forwardBatch: ForwardBatch & { readonly distribution: Float32Array };
  readonly learnBatch: LearnBatch;
  readonly #kernels: Kernels;
  /** Parameters, first and second moments, as the module packs them. */
  readonly #packed: readonly Float32Array[];
  readonly #places: Int32Array;
  readonly #others: OtherHeads;
  #updates = 0;

  constructor(build: Build, { shape, capacity, seed }: EngineOptions) {
    const others = new OtherHeads(shape);
    let panel: PanelRows | undefined;
    const kernels = instantiate(build, shape, capacity, (from, to, row, slot) => {
      if (panel !== undefined) others.backward(panel, from, to, row / 4, slot / 4);
    });
    panel = panelRows(kernels);
    this.#others = others;
    this.kind = build === 'fma' ? 'wasm-fma' : 'wasm';
    this.shape = shape;
    this.capacity = capacity;
    this.#kernels = kernels;
    this.forwardBatch = forwardBatch(kernels, shape, capacity);
    this.learnBatch = learnBatch(kernels, shape, capacity);
    this.#places = packingOf(shape);
    const { parameters, bytes } = kernels.at;
    this.#packed = [0, 1, 2].map((n) => floats(kernels, parameters + n * bytes, bytes / 4));
    const data = new Float64Array(3 * this.#places.length);
    data.set(initialise(shape, seed));
    this.load({ updates: 0, data });
  }

  forward(rows: number): void {
    this.#checkRows(rows);
    this.#kernels.call.forward(rows);
    this.#others.distribute(this.forwardBatch.distribution, rows);
  }

  learn(rows: number, rate: number): Learned {
    this.#checkRows(rows);
    this.#checkLengths(rows);
    const { learn, nats, targets } = this.#kernels.call;
    const others = this.#others;
    others.countFromZero();
    const gradientNorm = learn(rows, rate, this.#updates + 1);
    if (!Number.isFinite(gradientNorm)) {
      throw new Failure('lstm/diverged', `the gradient of update ${this.#updates + 1} is ${gradientNorm}`);
    }
    this.#updates++;
    const count = targets() + others.targets;
    return { nats: count === 0 ? 0 : (nats() + others.nats) / count, gradientNorm };
  }

  weights(): Weights {
    const places = this.#places;
    const data = new Float32Array(3 * places.length);
    this.#packed.forEach((packed, n) => {
      for (let i = 0; i < places.length; i++) data[n * places.length + i] = packed[places[i]];
    });
    return { updates: this.#updates, data };
  }

  load({ updates, data }: Weights): void {
    const places = this.#places;
    if (data.length !== 3 * places.length) {
      throw new Failure('lstm/shape', `${data.length} weights where ${3 * places.length} are expected`);
    }
    this.#packed.forEach((packed, n) => {
      for (let i = 0; i < places.length; i++) packed[places[i]] = data[n * places.length + i];
    });
    this.#kernels.call.refresh();
    this.#updates = updates;
  }

  #checkRows(rows: number): void {
    if (rows < 1 || rows > this.capacity) throw new RangeError(`${rows} rows in a batch of 1 to ${this.capacity}`);
  }

  #checkLengths(rows: number): void {
    const { length } = this.learnBatch;
    const { losses, steps } = this.shape;
    for (let row = 0; row < rows; row++) {
      if (length[row] < losses || length[row] > steps) throw new RangeError(`series ${row} has ${length[row]} rows`);
    }
  }
}

/** The panel as the module laid it out. */
function panelRows({ memory, at: { heads, goals, shares } }: Kernels): PanelRows {
  return { numbers: new Float32Array(memory), heads: heads / 4, goals: goals / 4, shares: shares / 4 };
}

function forwardBatch(kernels: Kernels, shape: Shape, capacity: number): Wasm['forwardBatch'] {
  const { inputs, hidden } = shape;
  return {
    x: floats(kernels, kernels.at.stepX, capacity * inputs),
    h: floats(kernels, kernels.at.stepH, capacity * hidden),
    c: floats(kernels, kernels.at.stepC, capacity * hidden),
    distribution: floats(kernels, kernels.at.stepDistribution, capacity * headsOf(shape).width),
  };
}

function learnBatch(kernels: Kernels, shape: Shape, capacity: number): LearnBatch {
  const { inputs, hidden, channels, steps, losses } = shape;
  return {
    x: floats(kernels, kernels.at.learnX, capacity * steps * inputs),
    target: floats(kernels, kernels.at.learnTarget, capacity * losses * channels),
    length: new Int32Array(kernels.memory, kernels.at.learnLength, capacity),
    weight: floats(kernels, kernels.at.learnWeight, capacity),
    h: floats(kernels, kernels.at.learnH, capacity * hidden),
    c: floats(kernels, kernels.at.learnC, capacity * hidden),
  };
}

function floats(kernels: Kernels, at: number, length: number): Float32Array {
  return new Float32Array(kernels.memory, at, length);
}
