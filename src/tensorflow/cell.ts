import type { Shape } from '../lstm/engine.ts';
import type { Attribute, Binding } from './binding.ts';
import type { Packing } from './packing.ts';
import { Tensors } from './tensors.ts';

/** What the forward pass leaves for the way back. */
export interface Pass {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly sizes: readonly number[];
}

/* BlockLSTMV2 and its gradient compute all steps of all series in one operation: gates in the order i, f, g, o, no
 * forget bias of its own, no clipping. Its outputs are i, c, f, o, g, tanh c and h, [steps, rows, U] each. */
const C = 1;
const H = 6;

/** TensorFlow's fused LSTM over one packed set of parameters. Everything it makes between two calls, it forgets. */
export class Cell {
  readonly #tensors: Tensors;
  readonly #shape: Shape;
  readonly #packing: Packing;
  readonly #parameters: Float32Array;
  readonly #forward: readonly Attribute[];
  readonly #backward: readonly Attribute[];
  /** `seq_len_max` for one step, and for all. */
  readonly #one: number;
  readonly #all: number;
  #weights: readonly number[] = [];

  /** `parameters` are read at each `refresh`. */
  constructor(binding: Binding, shape: Shape, packing: Packing, parameters: Float32Array) {
    this.#tensors = new Tensors(binding);
    this.#shape = shape;
    this.#packing = packing;
    this.#parameters = parameters;
    this.#one = this.#tensors.keepInteger(1);
    this.#all = this.#tensors.keepInteger(shape.steps);
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    const peepholes = { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: shape.peepholes };
    this.#forward = [{ name: 'cell_clip', type: binding.TF_ATTR_FLOAT, value: 0 }, peepholes, type];
    this.#backward = [peepholes, type];
  }

  /** Takes the parameters as they are now. After every change of them. */
  refresh(): void {
    const { units, p, b, heads } = this.#packing;
    this.#tensors.forget(this.#weights);
    const part = (from: number, length: number) => this.#parameters.subarray(from, from + length);
    const keep = (shape: readonly number[], values: Float32Array) => this.#tensors.keep(shape, values);
    this.#weights = [
      keep([this.#shape.inputs + units, 4 * units], part(0, p)),
      ...[0, 1, 2].map((gate) => keep([units], part(p + gate * units, units))),
      keep([4 * units], part(b, heads.heads - b)),
    ];
  }

  /** Forgets everything, for good. */
  close(): void {
    this.#tensors.forget([...this.#weights, this.#one, this.#all]);
  }

  /** Calls `act` with passes that last until it returns. */
  briefly<T>(act: () => T): T {
    return this.#tensors.briefly(act);
  }

  /** One step of x [rows, I] from h and c [rows, U]. O(rows·4U·(I + U)). */
  step(rows: number, x: Float32Array, h: Float32Array, c: Float32Array): Pass {
    return this.#run(this.#one, [1, rows], x, h, c);
  }

  /** All T steps of x [T, rows, I], the same. */
  unroll(rows: number, x: Float32Array, h: Float32Array, c: Float32Array): Pass {
    return this.#run(this.#all, [this.#shape.steps, rows], x, h, c);
  }

  /** h after each step of a pass, [steps, rows, U]. */
  h({ outputs }: Pass): Float32Array {
    return this.#tensors.read(outputs[H]);
  }

  /** c, the same. */
  c({ outputs }: Pass): Float32Array {
    return this.#tensors.read(outputs[C]);
  }

  /**
   * Writes the gradient of the cell's parameters, packed like them: dH [steps, rows, U] is what the heads give, `zeros`
   * as many zeros. Without peepholes theirs is 0.
   */
  backward(gradient: Float64Array, { inputs, outputs, sizes }: Pass, dH: Float32Array, zeros: Float32Array): void {
    const { units, p, b } = this.#packing;
    const given = [this.#tensors.float(sizes, zeros), this.#tensors.float(sizes, dH)];
    const back = this.#tensors.run('BlockLSTMGradV2', this.#backward, [...inputs, ...outputs, ...given], 8);
    const [, , , w, pi, pf, po, bias] = back;
    gradient.set(this.#tensors.read(w));
    if (this.#shape.peepholes) {
      for (const [gate, peephole] of [pi, pf, po].entries())
        gradient.set(this.#tensors.read(peephole), p + gate * units);
    }
    gradient.set(this.#tensors.read(bias), b);
  }

  #run(length: number, [steps, rows]: readonly number[], x: Float32Array, h: Float32Array, c: Float32Array): Pass {
    const { units } = this.#packing;
    const inputs = [
      length,
      this.#tensors.float([steps, rows, this.#shape.inputs], x),
      this.#tensors.float([rows, units], c),
      this.#tensors.float([rows, units], h),
      ...this.#weights,
    ];
    const outputs = this.#tensors.run('BlockLSTMV2', this.#forward, inputs, 7);
    return { inputs, outputs, sizes: [steps, rows, units] };
  }
}
