import type { LearnBatch, Real, Shape } from '../engine.ts';
import { formBackward, formOf } from '../heads/forms.ts';
import { formsOf } from '../heads/head.ts';
import { type Heads, headsOf } from '../heads/heads.ts';
import type { Blocks, ParameterLayout } from '../layout.ts';
import { addOuterProducts, addProduct, repeatRow, transpose } from '../matrix.ts';
import { type Compiled, stepBackward, stepForward } from './step.ts';

/** What differentiates the step of a cell through the rows of one series. */
export interface SeriesLearner {
  /**
   * Adds the gradient of series b, times `share` for each loss, and writes its state after K rows; the sum of its
   * losses in nats, and how many there were.
   */
  learn(gradient: Blocks, parameters: Blocks, batch: LearnBatch, of: LearnedSeries): SummedLosses;
}

/** Which series of a batch, and the weight of each of its losses. */
export interface LearnedSeries {
  readonly b: number;
  readonly share: number;
}

/** In nats, and of how many targets. */
export interface SummedLosses {
  readonly nats: number;
  readonly count: number;
}

/** One series of a learning batch at a time: its rows forward, their losses, and back. Shapes as `../unrolled.ts`. */
export class GraphUnrolled implements SeriesLearner {
  readonly #shape: Shape;
  readonly #layout: ParameterLayout;
  readonly #graph: Compiled;
  readonly #heads: Heads;
  /** [T, V, H] */
  readonly #values: Float64Array;
  /** [T + 1, H]: output before each row, and after the last. */
  readonly #h: Float64Array;
  /** [T, L·H]: z, then δ at z. */
  readonly #z: Float64Array;
  /** [V, H] */
  readonly #adjoint: Float64Array;
  /** [K, F] and [F] */
  readonly #dY: Float64Array;
  readonly #y: Float64Array;
  readonly #dH: Float64Array;
  readonly #dC: Float64Array;
  readonly #uTransposed: Float64Array;
  readonly #x: Float64Array;

  constructor(shape: Shape, layout: ParameterLayout, graph: Compiled) {
    const { inputs, hidden, steps, losses } = shape;
    this.#shape = shape;
    this.#layout = layout;
    this.#graph = graph;
    this.#heads = headsOf(shape);
    this.#values = new Float64Array(steps * graph.vectors * hidden);
    this.#h = new Float64Array((steps + 1) * hidden);
    this.#z = new Float64Array(steps * graph.linear * hidden);
    this.#adjoint = new Float64Array(graph.vectors * hidden);
    this.#dY = new Float64Array(losses * this.#heads.width);
    this.#y = new Float64Array(this.#heads.width);
    this.#dH = new Float64Array(hidden);
    this.#dC = new Float64Array(hidden);
    this.#uTransposed = new Float64Array(graph.linear * hidden * hidden);
    this.#x = new Float64Array(steps * inputs);
  }

  learn(gradient: Blocks, parameters: Blocks, batch: LearnBatch, { b, share }: LearnedSeries): SummedLosses {
    const rows = batch.length[b];
    const { losses, steps } = this.#shape;
    if (rows < losses || rows > steps) throw new RangeError(`series ${b} has ${rows} rows`);
    this.#forward(parameters, batch, b);
    const sum = this.#losses(parameters.all, batch, b, share);
    this.#backward(gradient, parameters, rows);
    this.#advance(batch, b);
    return sum;
  }

  #forward({ w, u, p, b: bias }: Blocks, { x, h, c, length }: LearnBatch, b: number): void {
    const { inputs, hidden, steps } = this.#shape;
    const { vectors, linear, program } = this.#graph;
    const rows = length[b];
    for (let i = 0; i < rows * inputs; i++) this.#x[i] = x[b * steps * inputs + i];
    for (let j = 0; j < hidden; j++) this.#h[j] = h[b * hidden + j];
    repeatRow(this.#z, 0, bias, rows);
    addProduct(this.#z, 0, this.#x, 0, w, rows, linear * hidden, inputs);
    for (let t = 0; t < rows; t++) {
      const at = t * vectors * hidden;
      const cellBefore = ((t - 1) * vectors + program.cell) * hidden;
      for (let j = 0; j < hidden; j++) {
        this.#values[at + j] = t === 0 ? c[b * hidden + j] : this.#values[cellBefore + j];
        this.#values[at + hidden + j] = this.#h[t * hidden + j];
      }
      const zAt = t * linear * hidden;
      addProduct(this.#z, zAt, this.#h, t * hidden, u, 1, linear * hidden, hidden);
      stepForward(this.#graph, this.#values, at, this.#z, zAt, p, hidden);
      const output = at + program.output * hidden;
      for (let j = 0; j < hidden; j++) this.#h[(t + 1) * hidden + j] = this.#values[output + j];
    }
  }

  #losses(all: Real, { target, length }: LearnBatch, b: number, share: number) {
    const { losses, hidden, inputs, channels } = this.#shape;
    const { heads, offsets, width } = this.#heads;
    this.#dY.fill(0);
    let [nats, count] = [0, 0];
    for (let k = 0; k < losses; k++) {
      const t = length[b] - losses + k;
      for (let d = 0; d < channels; d++) {
        const wanted = target[(b * losses + k) * channels + d];
        if (Number.isNaN(wanted)) continue;
        for (let f = 0; f < formsOf(heads[d]); f++) {
          const at = (t + 1) * hidden;
          this.#y[f] = formOf(all, this.#h, at, this.#x, t * inputs, offsets[d] + f, this.#layout);
        }
        nats += heads[d].loss(this.#dY, k * width + offsets[d], this.#y, wanted, share);
        count++;
      }
    }
    return { nats, count };
  }

  #backward(gradient: Blocks, parameters: Blocks, rows: number): void {
    const { inputs, hidden, losses } = this.#shape;
    const { linear, vectors, program } = this.#graph;
    const wide = linear * hidden;
    transpose(this.#uTransposed, parameters.u, wide, hidden);
    this.#dH.fill(0);
    this.#dC.fill(0);
    for (let t = rows - 1; t >= 0; t--) {
      if (t >= rows - losses) this.#headsBack(gradient.all, parameters.all, t, t - rows + losses);
      this.#adjoint.fill(0);
      for (let j = 0; j < hidden; j++) {
        this.#adjoint[program.output * hidden + j] += this.#dH[j];
        this.#adjoint[program.cell * hidden + j] += this.#dC[j];
      }
      const at = t * vectors * hidden;
      const { p } = parameters;
      stepBackward(this.#graph, this.#adjoint, this.#values, at, this.#z, t * wide, p, gradient.p, hidden);
      for (let j = 0; j < hidden; j++) {
        this.#dC[j] = this.#adjoint[j];
        this.#dH[j] = this.#adjoint[hidden + j];
      }
      addProduct(this.#dH, 0, this.#z, t * wide, this.#uTransposed, 1, hidden, wide);
      for (let j = 0; j < wide; j++) gradient.b[j] += this.#z[t * wide + j];
    }
    addOuterProducts(gradient.w, this.#z, 0, this.#x, 0, rows, wide, inputs);
    addOuterProducts(gradient.u, this.#z, 0, this.#h, 0, rows, wide, hidden);
  }

  #headsBack(gradient: Real, all: Real, t: number, k: number): void {
    const { hidden, inputs } = this.#shape;
    const { width } = this.#heads;
    for (let f = 0; f < width; f++) {
      const dY = this.#dY[k * width + f];
      if (dY === 0) continue;
      const hAt = (t + 1) * hidden;
      formBackward(gradient, this.#dH, 0, dY, all, this.#h, hAt, this.#x, t * inputs, f, this.#layout);
    }
  }

  /** The state after the series' first K rows. */
  #advance({ h, c }: LearnBatch, b: number): void {
    const { hidden, losses } = this.#shape;
    const { vectors, program } = this.#graph;
    const cell = ((losses - 1) * vectors + program.cell) * hidden;
    for (let j = 0; j < hidden; j++) {
      h[b * hidden + j] = this.#h[losses * hidden + j];
      c[b * hidden + j] = this.#values[cell + j];
    }
  }
}
