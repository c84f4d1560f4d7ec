import type { LearnBatch, Real, Shape } from './engine.ts';
import { cellBackward, cellForward } from './graves-cell.ts';
import { formBackward, formOf } from './heads/forms.ts';
import { formsOf } from './heads/head.ts';
import { type Heads, headsOf } from './heads/heads.ts';
import { type Blocks, layoutOf, type ParameterLayout } from './layout.ts';
import { addOuterProducts, addProduct, repeatRow, transpose } from './matrix.ts';

/** Makes an array of zeros in the engine's precision. */
export type MakeReal = (length: number) => Real;

/**
 * The network unrolled over a learning batch: forward, losses, backward. Series are aligned to the right, so that all
 * losses lie in the last K steps; a series shorter than T starts late, and until then its state stays as it is and its
 * gradient is 0. All buffers are time-major [T, B, ·] and are made once.
 */
export class Unrolled {
  readonly #shape: Shape;
  readonly #layout: ParameterLayout;
  readonly #heads: Heads;
  /** [T, B, I] */
  readonly #x: Real;
  /** [T + 1, B, H]: the state before step t, and after it at t + 1. */
  readonly #h: Real;
  readonly #c: Real;
  /** [T, B, H] */
  readonly #tanhC: Real;
  /** [T, B, 4H]: z, then the gates i, f, g, o, then their gradient δ at z. */
  readonly #gates: Real;
  /** [K, B, F]: gradient at the forms of the heads. */
  readonly #dY: Real;
  /** [F of the largest head]: the forms of one row. */
  readonly #y: Float64Array;
  /** [B, H]: gradient at the state after the current step. */
  readonly #dH: Real;
  readonly #dC: Real;
  /** [H, 4H] */
  readonly #uTransposed: Real;
  /** [B]: the step of the series' first row. */
  readonly #start: Int32Array;
  /** The earliest of them. */
  #first = 0;

  constructor(shape: Shape, capacity: number, make: MakeReal) {
    const { inputs, hidden, steps, losses } = shape;
    this.#shape = shape;
    this.#layout = layoutOf(shape);
    this.#heads = headsOf(shape);
    this.#x = make(steps * capacity * inputs);
    this.#h = make((steps + 1) * capacity * hidden);
    this.#c = make((steps + 1) * capacity * hidden);
    this.#tanhC = make(steps * capacity * hidden);
    this.#gates = make(steps * capacity * 4 * hidden);
    this.#dY = make(losses * capacity * this.#heads.width);
    this.#y = new Float64Array(this.#heads.width);
    this.#dH = make(capacity * hidden);
    this.#dC = make(capacity * hidden);
    this.#uTransposed = make(4 * hidden * hidden);
    this.#start = new Int32Array(capacity);
  }

  /** All steps of the first `rows` series. */
  forward({ w, u, p, b }: Blocks, batch: LearnBatch, rows: number): void {
    this.#gather(batch, rows);
    const { inputs, hidden, steps } = this.#shape;
    for (let t = this.#first; t < steps; t++) {
      const now = t * rows;
      repeatRow(this.#gates, now * 4 * hidden, b, rows);
      addProduct(this.#gates, now * 4 * hidden, this.#x, now * inputs, w, rows, 4 * hidden, inputs);
      addProduct(this.#gates, now * 4 * hidden, this.#h, now * hidden, u, rows, 4 * hidden, hidden);
      for (let row = 0; row < rows; row++) {
        if (t < this.#start[row]) this.#keepState(now + row, now + rows + row);
        else this.#cell(p, now + row, now + rows + row);
      }
    }
  }

  /**
   * The mean surprisal of the targets there are, in nats (0 where there is none), and for `backward` each head's
   * gradient, weighted as the engine's contract says: weight / (K·Σ weight).
   */
  losses({ all }: Blocks, { target, weight }: LearnBatch, rows: number): number {
    const { steps, losses, channels, inputs, hidden } = this.#shape;
    const { heads, offsets, width } = this.#heads;
    const weights = sumOf(weight, rows);
    const unit = weights > 0 ? 1 / (losses * weights) : 0;
    let sum = 0;
    let count = 0;
    for (let k = 0; k < losses; k++) {
      const t = steps - losses + k;
      for (let row = 0; row < rows; row++) {
        const hAt = ((t + 1) * rows + row) * hidden;
        const xAt = (t * rows + row) * inputs;
        this.#dY.fill(0, (k * rows + row) * width, (k * rows + row + 1) * width);
        for (let d = 0; d < channels; d++) {
          const wanted = target[(row * losses + k) * channels + d];
          if (Number.isNaN(wanted)) continue;
          const forms = formsOf(heads[d]);
          for (let f = 0; f < forms; f++) {
            this.#y[f] = formOf(all, this.#h, hAt, this.#x, xAt, offsets[d] + f, this.#layout);
          }
          const at = (k * rows + row) * width + offsets[d];
          sum += heads[d].loss(this.#dY, at, this.#y, wanted, weight[row] * unit);
          count++;
        }
      }
    }
    return count === 0 ? 0 : sum / count;
  }

  /** The gradient of the losses at every parameter, written. */
  backward(gradient: Blocks, parameters: Blocks, rows: number): void {
    const { inputs, hidden, steps, losses, peepholes } = this.#shape;
    gradient.all.fill(0);
    this.#dH.fill(0);
    this.#dC.fill(0);
    transpose(this.#uTransposed, parameters.u, 4 * hidden, hidden);
    for (let t = steps - 1; t >= this.#first; t--) {
      if (t >= steps - losses) this.#headsBack(gradient, parameters, t, rows);
      this.#cellsBack(gradient, parameters, t, rows);
      this.#dH.fill(0);
      addProduct(this.#dH, 0, this.#gates, t * rows * 4 * hidden, this.#uTransposed, rows, hidden, 4 * hidden);
    }
    const from = this.#first * rows;
    const n = steps * rows - from;
    addOuterProducts(gradient.w, this.#gates, from * 4 * hidden, this.#x, from * inputs, n, 4 * hidden, inputs);
    addOuterProducts(gradient.u, this.#gates, from * 4 * hidden, this.#h, from * hidden, n, 4 * hidden, hidden);
    if (!peepholes) gradient.p.fill(0);
  }

  /** Writes the state after each series' first K rows to h and c [B, H]. */
  advance({ h, c }: LearnBatch, rows: number): void {
    const { hidden, losses } = this.#shape;
    for (let row = 0; row < rows; row++) {
      const from = ((this.#start[row] + losses) * rows + row) * hidden;
      for (let j = 0; j < hidden; j++) {
        h[row * hidden + j] = this.#h[from + j];
        c[row * hidden + j] = this.#c[from + j];
      }
    }
  }

  /** Copies the batch in: aligned to the right, zeros before the first row, the state before it at its start. */
  #gather({ x, h, c, length }: LearnBatch, rows: number): void {
    const { inputs, hidden, steps, losses } = this.#shape;
    this.#first = steps;
    for (let row = 0; row < rows; row++) {
      if (length[row] < losses || length[row] > steps) throw new RangeError(`series ${row} has ${length[row]} rows`);
      const start = steps - length[row];
      this.#start[row] = start;
      this.#first = Math.min(this.#first, start);
    }
    for (let row = 0; row < rows; row++) {
      for (let t = this.#first; t < steps; t++) {
        const from = (row * steps + t - this.#start[row]) * inputs;
        const to = (t * rows + row) * inputs;
        for (let i = 0; i < inputs; i++) this.#x[to + i] = t < this.#start[row] ? 0 : x[from + i];
      }
      const to = (this.#first * rows + row) * hidden;
      for (let j = 0; j < hidden; j++) {
        this.#h[to + j] = h[row * hidden + j];
        this.#c[to + j] = c[row * hidden + j];
      }
    }
  }

  /** `now` and `next` count rows of [T, B]. */
  #cell(p: Real, now: number, next: number): void {
    const { hidden } = this.#shape;
    const from = now * hidden;
    const to = next * hidden;
    cellForward(this.#h, to, this.#c, to, this.#tanhC, from, this.#gates, 4 * from, this.#c, from, p, hidden);
  }

  #keepState(now: number, next: number): void {
    const { hidden } = this.#shape;
    this.#h.copyWithin(next * hidden, now * hidden, (now + 1) * hidden);
    this.#c.copyWithin(next * hidden, now * hidden, (now + 1) * hidden);
  }

  #headsBack(gradient: Blocks, { all }: Blocks, t: number, rows: number): void {
    const { steps, losses, inputs, hidden } = this.#shape;
    const { width } = this.#heads;
    for (let row = 0; row < rows; row++) {
      const hAt = ((t + 1) * rows + row) * hidden;
      const xAt = (t * rows + row) * inputs;
      const at = ((t - steps + losses) * rows + row) * width;
      for (let f = 0; f < width; f++) {
        const dY = this.#dY[at + f];
        if (dY === 0) continue;
        const dAt = row * hidden;
        formBackward(gradient.all, this.#dH, dAt, dY, all, this.#h, hAt, this.#x, xAt, f, this.#layout);
      }
    }
  }

  #cellsBack(gradient: Blocks, { p }: Blocks, t: number, rows: number): void {
    const { hidden } = this.#shape;
    for (let row = 0; row < rows; row++) {
      const from = (t * rows + row) * hidden;
      const after = from + rows * hidden;
      if (t < this.#start[row]) this.#gates.fill(0, 4 * from, 4 * (from + hidden));
      else {
        const dAt = row * hidden;
        const cells = this.#c;
        cellBackward(
          this.#gates,
          4 * from,
          this.#dC,
          gradient.p,
          gradient.b,
          this.#dH,
          dAt,
          this.#tanhC,
          from,
          cells,
          after,
          from,
          p,
          hidden,
        );
      }
    }
  }
}

function sumOf(values: Real, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  return sum;
}
