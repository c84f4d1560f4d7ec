import { Failure } from '../../errors/failure.ts';
import { adam, GRADIENT_CLIP, globalNorm } from '../adam.ts';
import type { Engine, EngineOptions, ForwardBatch, LearnBatch, Learned, Real, Shape, Weights } from '../engine.ts';
import { formOf } from '../heads/forms.ts';
import { type Heads, headsOf } from '../heads/heads.ts';
import { type Blocks, blocksOf, type ParameterLayout } from '../layout.ts';
import { addProduct } from '../matrix.ts';
import { graphLayout, initialiseGraph } from './layout.ts';
import { programOf } from './program.ts';
import { type Compiled, compiled, stepForward } from './step.ts';
import { GraphUnrolled, type SeriesLearner } from './unrolled.ts';

/** Any cell graph, in f64: forward, and back by reverse-mode differentiation of its program. On every machine. */
export function graph(options: EngineOptions): Engine {
  return new GraphEngine('graph', options, (shape, layout, graph) => new GraphUnrolled(shape, layout, graph));
}

/** Makes what differentiates a cell. */
export type MakeLearner = (shape: Shape, layout: ParameterLayout, graph: Compiled) => SeriesLearner;

/** The same engine under another name, differentiated by something else. */
export function graphBy(kind: string, make: MakeLearner): (options: EngineOptions) => Engine {
  return (options) => new GraphEngine(kind, options, make);
}

class GraphEngine implements Engine {
  readonly kind: string;
  readonly shape: Shape;
  readonly capacity: number;
  readonly forwardBatch: ForwardBatch;
  readonly learnBatch: LearnBatch;
  readonly #layout: ParameterLayout;
  readonly #graph: Compiled;
  readonly #heads: Heads;
  /** [3P], as `Weights.data`. */
  readonly #data: Float64Array;
  readonly #parameters: Blocks;
  readonly #gradient: Blocks;
  readonly #learner: SeriesLearner;
  /** [L·H], [V, H] and [F] of one row. */
  readonly #z: Float64Array;
  readonly #values: Float64Array;
  readonly #y: Float64Array;
  #updates = 0;

  constructor(kind: string, { shape, capacity, seed }: EngineOptions, makeLearner: MakeLearner) {
    this.kind = kind;
    const program = programOf(shape.cell ?? 'graves');
    const layout = graphLayout(shape, program);
    this.shape = shape;
    this.capacity = capacity;
    this.#layout = layout;
    this.#graph = compiled(program);
    this.#heads = headsOf(shape);
    this.#data = new Float64Array(3 * layout.count);
    this.#data.set(initialiseGraph(shape, program, seed));
    this.#parameters = blocksOf(this.#data.subarray(0, layout.count), layout);
    this.#gradient = blocksOf(new Float64Array(layout.count), layout);
    this.#learner = makeLearner(shape, layout, this.#graph);
    const { inputs, hidden, channels, steps, losses } = shape;
    this.#z = new Float64Array(this.#graph.linear * hidden);
    this.#values = new Float64Array(this.#graph.vectors * hidden);
    this.#y = new Float64Array(this.#heads.width);
    const make = (length: number) => new Float64Array(capacity * length);
    const state = () => ({ h: make(hidden), c: make(hidden) });
    this.forwardBatch = { x: make(inputs), ...state(), distribution: make(this.#heads.width) };
    const rows = { length: new Int32Array(capacity), weight: make(1), ...state() };
    this.learnBatch = { x: make(steps * inputs), target: make(losses * channels), ...rows };
  }

  forward(rows: number): void {
    this.#checkRows(rows);
    const { inputs, hidden } = this.shape;
    const { x, h, c } = this.forwardBatch;
    const { w, u, p, b } = this.#parameters;
    const { linear, program } = this.#graph;
    for (let row = 0; row < rows; row++) {
      const at = row * hidden;
      this.#z.set(b);
      addProduct(this.#z, 0, x, row * inputs, w, 1, linear * hidden, inputs);
      addProduct(this.#z, 0, h, at, u, 1, linear * hidden, hidden);
      for (let j = 0; j < hidden; j++) {
        this.#values[j] = c[at + j];
        this.#values[hidden + j] = h[at + j];
      }
      stepForward(this.#graph, this.#values, 0, this.#z, 0, p, hidden);
      for (let j = 0; j < hidden; j++) {
        c[at + j] = this.#values[program.cell * hidden + j];
        h[at + j] = this.#values[program.output * hidden + j];
      }
      this.#distribute(row, x, h);
    }
  }

  learn(rows: number, rate: number): Learned {
    this.#checkRows(rows);
    const { weight } = this.learnBatch;
    let weights = 0;
    for (let b = 0; b < rows; b++) weights += weight[b];
    const unit = weights > 0 ? 1 / (this.shape.losses * weights) : 0;
    const gradient = this.#gradient;
    gradient.all.fill(0);
    let [nats, count] = [0, 0];
    for (let b = 0; b < rows; b++) {
      const learned = this.#learner.learn(gradient, this.#parameters, this.learnBatch, { b, share: weight[b] * unit });
      nats += learned.nats;
      count += learned.count;
    }
    if (!this.shape.peepholes) gradient.p.fill(0);
    const gradientNorm = globalNorm(gradient.all);
    if (!Number.isFinite(gradientNorm)) {
      throw new Failure('lstm/diverged', `the gradient of update ${this.#updates + 1} is ${gradientNorm}`);
    }
    this.#update(gradientNorm, (rate * weights) / rows);
    return { nats: count === 0 ? 0 : nats / count, gradientNorm };
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

  #distribute(row: number, x: Real, h: Real): void {
    const { inputs, hidden } = this.shape;
    const { heads, offsets, width } = this.#heads;
    const { all } = this.#parameters;
    for (let f = 0; f < width; f++) {
      this.#y[f] = formOf(all, h, row * hidden, x, row * inputs, f, this.#layout);
    }
    for (let d = 0; d < heads.length; d++) {
      heads[d].distribution(this.forwardBatch.distribution, row * width + offsets[d], this.#y, offsets[d]);
    }
  }

  #update(gradientNorm: number, rate: number): void {
    this.#updates++;
    const { count } = this.#layout;
    const scale = gradientNorm > GRADIENT_CLIP ? GRADIENT_CLIP / gradientNorm : 1;
    const [first, second] = [this.#data.subarray(count, 2 * count), this.#data.subarray(2 * count)];
    adam(this.#parameters.all, first, second, this.#gradient.all, scale, rate, this.#updates);
  }

  #checkRows(rows: number): void {
    if (rows < 1 || rows > this.capacity) throw new RangeError(`${rows} rows in a batch of 1 to ${this.capacity}`);
  }
}
