import { Failure } from '../errors/failure.ts';
import { adam, GRADIENT_CLIP, globalNorm } from '../lstm/adam.ts';
import type { Engine, EngineOptions, LearnBatch, Learned, Shape, Weights } from '../lstm/engine.ts';
import type { EngineKind } from '../lstm/engines.ts';
import { formOf } from '../lstm/heads/forms.ts';
import { type Heads, headsOf } from '../lstm/heads/heads.ts';
import { initialise } from '../lstm/initialise.ts';
import { binding } from './binding.ts';
import { Cell } from './cell.ts';
import { lossGradient, sumOf } from './losses.ts';
import { type Packing, tensorPackingOf } from './packing.ts';

/**
 * TensorFlow's fused LSTM through the optional `@tensorflow/tfjs-node`, in f32, where `missing()` says nothing: the
 * fastest for wide networks in large batches.
 */
export const tensorflow: EngineKind = { kind: 'tensorflow', make: (options) => new TensorFlow(options) };

/**
 * Rows of one forward operation, whoever they are: the rest is filled up with zeros. TensorFlow sums in another order
 * for another number of rows, so with always the same number a row's result does not depend on who shares its batch. A
 * multiple of 16.
 */
const TILE = 64;

/** Engines that nobody holds any more give their tensors back. */
const abandoned = new FinalizationRegistry<Cell>((cell) => cell.close());

class TensorFlow implements Engine {
  readonly kind = 'tensorflow';
  readonly shape: Shape;
  readonly capacity: number;
  readonly forwardBatch: Readonly<Record<'x' | 'h' | 'c' | 'distribution', Float32Array>>;
  readonly learnBatch: LearnBatch & Readonly<Record<'x' | 'target' | 'weight' | 'h' | 'c', Float32Array>>;
  readonly #packing: Packing;
  readonly #heads: Heads;
  /** The forms of one row. */
  readonly #y: Float64Array;
  readonly #parameters: Float32Array;
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  readonly #gradient: Float64Array;
  readonly #cell: Cell;
  /** [tile, I], [tile, U]: a part of `forwardBatch`. */
  readonly #tile: number;
  readonly #tileX: Float32Array;
  readonly #tileH: Float32Array;
  readonly #tileC: Float32Array;
  /**
   * `learnBatch` as the cell reads it: [steps, rows, I], [rows, U]; and the gradient at h, [steps, rows, U], beside as
   * many zeros.
   */
  readonly #x: Float32Array;
  readonly #h: Float32Array;
  readonly #c: Float32Array;
  readonly #dH: Float32Array;
  readonly #zeros: Float32Array;
  #updates = 0;

  constructor({ shape, capacity, seed }: EngineOptions) {
    const packing = tensorPackingOf(shape);
    this.#heads = headsOf(shape);
    this.#y = new Float64Array(this.#heads.width);
    const { units, count } = packing;
    const { inputs, hidden, channels, steps, losses } = shape;
    const floats = (length: number) => new Float32Array(length);
    this.shape = shape;
    this.capacity = capacity;
    this.forwardBatch = {
      x: floats(capacity * inputs),
      h: floats(capacity * hidden),
      c: floats(capacity * hidden),
      distribution: floats(capacity * this.#heads.width),
    };
    this.learnBatch = {
      x: floats(capacity * steps * inputs),
      target: floats(capacity * losses * channels),
      length: new Int32Array(capacity),
      weight: floats(capacity),
      h: floats(capacity * hidden),
      c: floats(capacity * hidden),
    };
    this.#packing = packing;
    [this.#parameters, this.#first, this.#second] = [floats(count), floats(count), floats(count)];
    this.#gradient = new Float64Array(count);
    this.#tile = Math.min(TILE, Math.ceil(capacity / 16) * 16);
    this.#tileX = floats(this.#tile * inputs);
    [this.#tileH, this.#tileC] = [floats(this.#tile * units), floats(this.#tile * units)];
    this.#x = floats(steps * capacity * inputs);
    [this.#h, this.#c] = [floats(capacity * units), floats(capacity * units)];
    [this.#dH, this.#zeros] = [floats(steps * capacity * units), floats(steps * capacity * units)];
    this.#cell = new Cell(binding(), shape, packing, this.#parameters);
    abandoned.register(this, this.#cell);
    const data = new Float64Array(3 * packing.places.length);
    data.set(initialise(shape, seed));
    this.load({ updates: 0, data });
  }

  forward(rows: number): void {
    this.#checkRows(rows);
    for (let from = 0; from < rows; from += this.#tile) {
      const part = Math.min(this.#tile, rows - from);
      this.#cell.briefly(() => this.#forwardTile(from, part));
    }
  }

  learn(rows: number, rate: number): Learned {
    this.#checkRows(rows);
    this.#checkLengths(rows);
    return this.#cell.briefly(() => this.#learn(rows, rate));
  }

  weights(): Weights {
    const { places } = this.#packing;
    const data = new Float32Array(3 * places.length);
    for (const [n, packed] of [this.#parameters, this.#first, this.#second].entries()) {
      for (let i = 0; i < places.length; i++) data[n * places.length + i] = packed[places[i]];
    }
    return { updates: this.#updates, data };
  }

  load({ updates, data }: Weights): void {
    const { places } = this.#packing;
    if (data.length !== 3 * places.length) {
      throw new Failure('lstm/shape', `${data.length} weights where ${3 * places.length} are expected`);
    }
    for (const [n, packed] of [this.#parameters, this.#first, this.#second].entries()) {
      for (let i = 0; i < places.length; i++) packed[places[i]] = data[n * places.length + i];
    }
    this.#cell.refresh();
    this.#updates = updates;
  }

  #forwardTile(from: number, rows: number): void {
    const { inputs, hidden } = this.shape;
    const { units, heads: layout } = this.#packing;
    const { heads, offsets, width: forms } = this.#heads;
    const { x, h, c, distribution } = this.forwardBatch;
    copyRows(this.#tileX, inputs, 0, x, inputs, from, rows, inputs);
    copyRows(this.#tileH, units, 0, h, hidden, from, rows, hidden);
    copyRows(this.#tileC, units, 0, c, hidden, from, rows, hidden);
    for (const [values, width] of [
      [this.#tileX, inputs],
      [this.#tileH, units],
      [this.#tileC, units],
    ] as const) {
      values.fill(0, rows * width);
    }
    const pass = this.#cell.step(this.#tile, this.#tileX, this.#tileH, this.#tileC);
    const after = this.#cell.h(pass);
    copyRows(h, hidden, from, after, units, 0, rows, hidden);
    copyRows(c, hidden, from, this.#cell.c(pass), units, 0, rows, hidden);
    for (let row = 0; row < rows; row++) {
      const [hAt, xAt] = [row * units, row * inputs];
      const at = (from + row) * forms;
      for (let f = 0; f < forms; f++) {
        this.#y[f] = formOf(this.#parameters, after, hAt, this.#tileX, xAt, f, layout);
      }
      for (let d = 0; d < heads.length; d++) heads[d].distribution(distribution, at + offsets[d], this.#y, offsets[d]);
    }
  }

  #learn(rows: number, rate: number): Learned {
    const { inputs, hidden, steps, losses } = this.shape;
    const { units, heads: layout } = this.#packing;
    const batch = this.learnBatch;
    this.#gather(rows);
    const x = this.#x.subarray(0, steps * rows * inputs);
    const pass = this.#cell.unroll(rows, x, this.#h.subarray(0, rows * units), this.#c.subarray(0, rows * units));
    const h = this.#cell.h(pass);
    const dH = this.#dH.subarray(0, h.length).fill(0);
    const gradient = this.#gradient.fill(0);
    const states = { rows, units, x, h, parameters: this.#parameters, layout, heads: this.#heads };
    const nats = lossGradient(gradient, dH, batch, states, this.shape);
    this.#cell.backward(gradient, pass, dH, this.#zeros.subarray(0, dH.length));
    const gradientNorm = globalNorm(gradient);
    if (!Number.isFinite(gradientNorm)) {
      throw new Failure('lstm/diverged', `the gradient of update ${this.#updates + 1} is ${gradientNorm}`);
    }
    this.#update(gradientNorm, (rate * sumOf(batch.weight, rows)) / rows);
    copyRows(batch.h, hidden, 0, h, units, (losses - 1) * rows, rows, hidden);
    copyRows(batch.c, hidden, 0, this.#cell.c(pass), units, (losses - 1) * rows, rows, hidden);
    return { nats, gradientNorm };
  }

  #update(gradientNorm: number, rate: number): void {
    this.#updates++;
    const scale = gradientNorm > GRADIENT_CLIP ? GRADIENT_CLIP / gradientNorm : 1;
    adam(this.#parameters, this.#first, this.#second, this.#gradient, scale, rate, this.#updates);
    this.#cell.refresh();
  }

  /** Turns the batch to time-major; 0 behind the last row of a series, which no loss looks at. */
  #gather(rows: number): void {
    const { inputs, hidden, steps } = this.shape;
    const { x, h, c, length } = this.learnBatch;
    for (let row = 0; row < rows; row++) {
      const from = row * steps * inputs;
      for (let t = 0; t < steps; t++) {
        const to = (t * rows + row) * inputs;
        for (let i = 0; i < inputs; i++) this.#x[to + i] = t < length[row] ? x[from + t * inputs + i] : 0;
      }
    }
    copyRows(this.#h, this.#packing.units, 0, h, hidden, 0, rows, hidden);
    copyRows(this.#c, this.#packing.units, 0, c, hidden, 0, rows, hidden);
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

/**
 * Copies the first `width` numbers of `rows` rows: row `toRow + n` of `to` becomes row `fromRow + n` of `from`; strides
 * in numbers.
 */
function copyRows(
  to: Float32Array,
  toStride: number,
  toRow: number,
  from: Float32Array,
  fromStride: number,
  fromRow: number,
  rows: number,
  width: number,
): void {
  if (width === toStride && width === fromStride) {
    to.set(from.subarray(fromRow * width, (fromRow + rows) * width), toRow * width);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const [at, source] = [(toRow + row) * toStride, (fromRow + row) * fromStride];
    for (let i = 0; i < width; i++) to[at + i] = from[source + i];
  }
}
