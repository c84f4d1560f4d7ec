import type { Attribute, Binding } from './binding.ts';

/** Tensors by number. TensorFlow keeps each until it is disposed of: whoever makes one does that, through here. */
export class Tensors {
  readonly #binding: Binding;
  #brief: number[] = [];

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** A tensor of the values, until `forget`. TensorFlow may read them where they are: leave them alone as long. */
  keep(shape: readonly number[], values: Float32Array): number {
    return this.#binding.createTensor(shape, this.#binding.TF_FLOAT, values);
  }

  /** A 64-bit integer, until `forget`. */
  keepInteger(value: number): number {
    return this.#binding.createTensor([], this.#binding.TF_INT64, new Int32Array([value, 0]));
  }

  /** The same until the end of the `briefly` it is called in. */
  float(shape: readonly number[], values: Float32Array): number {
    const tensor = this.keep(shape, values);
    this.#brief.push(tensor);
    return tensor;
  }

  /** Runs an operation at once; its outputs last until the end of `briefly`. Throws what TensorFlow says. */
  run(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly number[] {
    const tensors = this.#binding.executeOp(operation, attributes, inputs, outputs).map(({ id }) => id);
    this.#brief.push(...tensors);
    return tensors;
  }

  /** A copy of its numbers. */
  read(tensor: number): Float32Array {
    return this.#binding.tensorDataSync(tensor);
  }

  /** Calls `act` and forgets what came of it, whatever happens. */
  briefly<T>(act: () => T): T {
    try {
      return act();
    } finally {
      this.forget(this.#brief);
      this.#brief = [];
    }
  }

  forget(tensors: readonly number[]): void {
    for (const tensor of tensors) this.#binding.deleteTensor(tensor);
  }
}
