import { Failure } from '../../errors/failure.ts';
import type { Engine, EngineOptions, ForwardBatch, LearnBatch, Learned, Shape, Weights } from '../engine.ts';
import { initialise } from '../initialise.ts';
import { type Exports, instantiate } from './instance.ts';
import { packingOf } from './packing.ts';

/**
 * The engine in WebAssembly SIMD, f32: lanes are series, so a row's result does not depend on its batch. The buffers are views of the
 * module's memory, which is sized here and never grows. Needs `hasSimd()`.
 */
export function wasm(options: EngineOptions): Engine {
  return new Wasm(options);
}

class Wasm implements Engine {
  readonly kind = 'wasm';
  readonly shape: Shape;
  readonly capacity: number;
  readonly forwardBatch: ForwardBatch;
  readonly learnBatch: LearnBatch;
  readonly #exports: Exports;
  /** Parameters, first and second moments, as the module packs them. */
  readonly #packed: readonly Float32Array[];
  readonly #places: Int32Array;
  #updates = 0;

  constructor({ shape, capacity, seed }: EngineOptions) {
    const exports = instantiate(shape, capacity);
    this.shape = shape;
    this.capacity = capacity;
    this.#exports = exports;
    this.forwardBatch = forwardBatch(exports, shape, capacity);
    this.learnBatch = learnBatch(exports, shape, capacity);
    this.#places = packingOf(shape);
    const size = exports.bytes.value;
    this.#packed = [0, 1, 2].map((n) => floats(exports, exports.parameters.value + n * size, size / 4));
    const data = new Float64Array(3 * this.#places.length);
    data.set(initialise(shape, seed));
    this.load({ updates: 0, data });
  }

  forward(rows: number): void {
    this.#checkRows(rows);
    this.#exports.forward(rows);
  }

  learn(rows: number, rate: number): Learned {
    this.#checkRows(rows);
    this.#checkLengths(rows);
    const { learn, nats, counted, norm } = this.#exports;
    learn(rows, rate, this.#updates + 1);
    const gradientNorm = norm.value;
    if (!Number.isFinite(gradientNorm)) {
      throw new Failure('lstm/diverged', `the gradient of update ${this.#updates + 1} is ${gradientNorm}`);
    }
    this.#updates++;
    return { nats: counted.value === 0 ? 0 : nats.value / counted.value, gradientNorm };
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
    this.#exports.turn();
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

function forwardBatch(exports: Exports, { inputs, hidden, channels }: Shape, capacity: number): ForwardBatch {
  return {
    x: floats(exports, exports.stepX.value, capacity * inputs),
    h: floats(exports, exports.stepH.value, capacity * hidden),
    c: floats(exports, exports.stepC.value, capacity * hidden),
    location: floats(exports, exports.stepLocation.value, capacity * channels),
    scale: floats(exports, exports.stepScale.value, capacity * channels),
  };
}

function learnBatch(exports: Exports, shape: Shape, capacity: number): LearnBatch {
  const { inputs, hidden, channels, steps, losses } = shape;
  return {
    x: floats(exports, exports.learnX.value, capacity * steps * inputs),
    target: floats(exports, exports.learnTarget.value, capacity * losses * channels),
    length: new Int32Array(exports.memory.buffer, exports.learnLength.value, capacity),
    weight: floats(exports, exports.learnWeight.value, capacity),
    h: floats(exports, exports.learnH.value, capacity * hidden),
    c: floats(exports, exports.learnC.value, capacity * hidden),
  };
}

function floats(exports: Exports, at: number, length: number): Float32Array {
  return new Float32Array(exports.memory.buffer, at, length);
}
