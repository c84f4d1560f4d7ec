import { Failure } from '../errors/failure.ts';
import { adam, GRADIENT_CLIP, globalNorm } from './adam.ts';
import type { Engine, EngineOptions, ForwardBatch, LearnBatch, Learned, Real, Shape, Weights } from './engine.ts';
import { cellForward } from './graves-cell.ts';
import { formOf } from './heads/forms.ts';
import { type Heads, headsOf } from './heads/heads.ts';
import { initialise } from './initialise.ts';
import { type Blocks, blocksOf, layoutOf, type ParameterLayout } from './layout.ts';
import { addProduct, repeatRow } from './matrix.ts';
import { type MakeReal, Unrolled } from './unrolled.ts';

/** Plain TypeScript in f64: the oracle of the other engines, and the engine where no other runs. */
export function reference(options: EngineOptions): Engine {
  return new Reference(options, (length) => new Float64Array(length));
}

/** The same equations stored in f32 (sums stay f64): what an f32 engine may lose to its precision. */
export function referenceF32(options: EngineOptions): Engine {
  return new Reference(options, (length) => new Float32Array(length));
}

class Reference implements Engine {
  readonly kind = 'reference';
  readonly shape: Shape;
  readonly capacity: number;
  readonly forwardBatch: ForwardBatch;
  readonly learnBatch: LearnBatch;
  readonly #layout: ParameterLayout;
  /** [3P], as `Weights.data`. */
  readonly #data: Real;
  readonly #parameters: Blocks;
  readonly #first: Real;
  readonly #second: Real;
  readonly #gradient: Blocks;
  readonly #heads: Heads;
  /** [F]: the forms of one row. */
  readonly #y: Float64Array;
  readonly #unrolled: Unrolled;
  /** [B, 4H] and [H], of one forward step. */
  readonly #gates: Real;
  readonly #tanhC: Real;
  #updates = 0;

  constructor({ shape, capacity, seed }: EngineOptions, make: MakeReal) {
    const layout = layoutOf(shape);
    const { count } = layout;
    this.shape = shape;
    this.capacity = capacity;
    this.forwardBatch = forwardBatch(shape, capacity, make);
    this.learnBatch = learnBatch(shape, capacity, make);
    this.#layout = layout;
    this.#data = make(3 * count);
    this.#data.set(initialise(shape, seed));
    this.#parameters = blocksOf(this.#data.subarray(0, count), layout);
    this.#first = this.#data.subarray(count, 2 * count);
    this.#second = this.#data.subarray(2 * count);
    this.#gradient = blocksOf(make(count), layout);
    this.#heads = headsOf(shape);
    this.#y = new Float64Array(this.#heads.width);
    this.#unrolled = new Unrolled(shape, capacity, make);
    this.#gates = make(capacity * 4 * shape.hidden);
    this.#tanhC = make(shape.hidden);
  }

  forward(rows: number): void {
    this.#checkRows(rows);
    const { inputs, hidden } = this.shape;
    const { x, h, c, distribution } = this.forwardBatch;
    const { heads, offsets, width } = this.#heads;
    const { all, w, u, p, b } = this.#parameters;
    repeatRow(this.#gates, 0, b, rows);
    addProduct(this.#gates, 0, x, 0, w, rows, 4 * hidden, inputs);
    addProduct(this.#gates, 0, h, 0, u, rows, 4 * hidden, hidden);
    for (let row = 0; row < rows; row++) {
      const at = row * hidden;
      cellForward(h, at, c, at, this.#tanhC, 0, this.#gates, 4 * at, c, at, p, hidden);
      for (let f = 0; f < width; f++) {
        this.#y[f] = formOf(all, h, at, x, row * inputs, f, this.#layout);
      }
      for (let d = 0; d < heads.length; d++) {
        heads[d].distribution(distribution, row * width + offsets[d], this.#y, offsets[d]);
      }
    }
  }

  learn(rows: number, rate: number): Learned {
    this.#checkRows(rows);
    const batch = this.learnBatch;
    this.#unrolled.forward(this.#parameters, batch, rows);
    const nats = this.#unrolled.losses(this.#parameters, batch, rows);
    this.#unrolled.backward(this.#gradient, this.#parameters, rows);
    const gradientNorm = globalNorm(this.#gradient.all);
    if (!Number.isFinite(gradientNorm)) {
      throw new Failure('lstm/diverged', `the gradient of update ${this.#updates + 1} is ${gradientNorm}`);
    }
    this.#update(gradientNorm, rate * meanOf(batch.weight, rows));
    this.#unrolled.advance(batch, rows);
    return { nats, gradientNorm };
  }

  weights(): Weights {
    return { updates: this.#updates, data: this.#data.slice() };
  }

  load({ updates, data }: Weights): void {
    if (data.length !== this.#data.length) {
      throw new Failure('lstm/shape', `${data.length} weights where ${this.#data.length} are expected`);
    }
    this.#data.set(data);
    this.#updates = updates;
  }

  #update(gradientNorm: number, rate: number): void {
    this.#updates++;
    const scale = gradientNorm > GRADIENT_CLIP ? GRADIENT_CLIP / gradientNorm : 1;
    const gradient = this.#gradient.all;
    adam(this.#parameters.all, this.#first, this.#second, gradient, scale, rate, this.#updates);
  }

  #checkRows(rows: number): void {
    if (rows < 1 || rows > this.capacity) throw new RangeError(`${rows} rows in a batch of 1 to ${this.capacity}`);
  }
}

function forwardBatch(shape: Shape, capacity: number, make: MakeReal): ForwardBatch {
  const { inputs, hidden } = shape;
  return {
    x: make(capacity * inputs),
    h: make(capacity * hidden),
    c: make(capacity * hidden),
    distribution: make(capacity * headsOf(shape).width),
  };
}

function learnBatch(shape: Shape, capacity: number, make: MakeReal): LearnBatch {
  const { inputs, hidden, channels, steps, losses } = shape;
  return {
    x: make(capacity * steps * inputs),
    target: make(capacity * losses * channels),
    length: new Int32Array(capacity),
    weight: make(capacity),
    h: make(capacity * hidden),
    c: make(capacity * hidden),
  };
}

function meanOf(values: Real, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  return sum / n;
}
