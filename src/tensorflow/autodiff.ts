import { createRequire } from 'node:module';
import type * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../errors/failure.ts';
import type { Engine, EngineOptions, LearnBatch, Shape } from '../lstm/engine.ts';
import { graphBy } from '../lstm/graph/graph.ts';
import type { Compiled } from '../lstm/graph/step.ts';
import type { LearnedSeries, SeriesLearner, SummedLosses } from '../lstm/graph/unrolled.ts';
import { formAt } from '../lstm/heads/forms.ts';
import { formsOf } from '../lstm/heads/head.ts';
import { headsOf } from '../lstm/heads/heads.ts';
import type { Blocks, ParameterLayout } from '../lstm/layout.ts';
import { missing } from './binding.ts';

type Core = typeof tf;

/** Name of the engine whose gradient is that of TensorFlow.js. */
export const AUTODIFF = 'tensorflow-js';

let loaded: Core | undefined;

/**
 * Any cell graph, differentiated by TensorFlow.js (`tf.valueAndGrad`, f32): by its native addon where the optional
 * package has one, else by its plain JavaScript. Forward steps are those of the engine `graph`. Slow: milliseconds for
 * each learning step. @throws Failure lstm/no-engine where TensorFlow.js is not installed
 */
export function autodiff(options: EngineOptions): Engine {
  const core = coreOf();
  return graphBy(AUTODIFF, (shape, layout, graph) => new AutodiffLearner(core, { shape, layout, graph }))(options);
}

/** Loads TensorFlow.js with the best backend there is. */
function coreOf(): Core {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  try {
    loaded = require('@tensorflow/tfjs') as Core;
    if (missing() === undefined) require('@tensorflow/tfjs-node');
  } catch (cause) {
    const message = 'the optional package @tensorflow/tfjs-node, which brings TensorFlow.js, is not installed';
    throw new Failure('lstm/no-engine', message, { cause });
  }
  return loaded;
}

interface Parts {
  readonly shape: Shape;
  readonly layout: ParameterLayout;
  readonly graph: Compiled;
}

/** A step's state, and what an unrolled series left of it. */
interface Unrolled {
  readonly h: readonly tf.Tensor2D[];
  readonly c: readonly tf.Tensor2D[];
}

class AutodiffLearner implements SeriesLearner {
  readonly #tf: Core;
  readonly #parts: Parts;

  constructor(core: Core, parts: Parts) {
    this.#tf = core;
    this.#parts = parts;
  }

  learn(gradient: Blocks, parameters: Blocks, batch: LearnBatch, of: LearnedSeries): SummedLosses {
    let sum: SummedLosses = { nats: 0, count: 0 };
    this.#tf.tidy(() => {
      const objective = (all: tf.Tensor1D): tf.Scalar => {
        const x = this.#rows(batch, of.b);
        const states = this.#unroll(all, x, batch, of.b);
        const made = this.#objective(all, x, states, { batch, ...of });
        sum = made.sum;
        this.#keep(states, batch, of.b);
        return made.total;
      };
      const { grad } = this.#tf.valueAndGrad(objective)(this.#tf.tensor1d(Float32Array.from(parameters.all)));
      for (const [i, value] of grad.dataSync().entries()) gradient.all[i] += value;
    });
    return sum;
  }

  #rows({ x, length }: LearnBatch, b: number): tf.Tensor2D {
    const { inputs, steps } = this.#parts.shape;
    const from = b * steps * inputs;
    return this.#tf.tensor2d(Float32Array.from(x.subarray(from, from + length[b] * inputs)), [length[b], inputs]);
  }

  #unroll(all: tf.Tensor1D, x: tf.Tensor2D, { h, c }: LearnBatch, b: number): Unrolled {
    const { hidden, inputs } = this.#parts.shape;
    const { layout, graph } = this.#parts;
    const { slice, reshape, matMul, add, tensor2d } = this.#tf;
    const wide = graph.linear * hidden;
    const w: tf.Tensor2D = reshape(slice(all, layout.w, wide * inputs), [wide, inputs]);
    const u: tf.Tensor2D = reshape(slice(all, layout.u, wide * hidden), [wide, hidden]);
    const p = slice(all, layout.p, layout.b - layout.p);
    const zx: tf.Tensor2D = add(matMul(x, w, false, true), slice(all, layout.b, wide));
    const state = (values: LearnBatch['h']) =>
      tensor2d(Float32Array.from(values.subarray(b * hidden, (b + 1) * hidden)), [1, hidden]);
    const [hs, cs] = [[state(h)], [state(c)]];
    for (let t = 0; t < x.shape[0]; t++) {
      const z: tf.Tensor2D = add(slice(zx, [t, 0], [1, wide]), matMul(hs[t], u, false, true));
      const vectors = this.#step(z, p, [cs[t], hs[t]]);
      cs.push(vectors[graph.program.cell]);
      hs.push(vectors[graph.program.output]);
    }
    return { h: hs, c: cs };
  }

  /** Every vector of a step [1, H], the state before first. */
  #step(z: tf.Tensor2D, p: tf.Tensor1D, before: readonly tf.Tensor2D[]): readonly tf.Tensor2D[] {
    const { hidden } = this.#parts.shape;
    const { program, learned } = this.#parts.graph;
    const core = this.#tf;
    const vectors = [...before];
    for (const [n, { operation, operands }] of program.nodes.entries()) {
      const [a, b] = operands.map((place) => vectors[place]);
      const own = learned[n] * hidden;
      switch (operation) {
        case 'linear':
        case 'open':
          vectors.push(core.slice(z, [0, own], [1, hidden]));
          break;
        case 'diagonal':
          vectors.push(core.mul(a, core.slice(p, own, hidden)));
          break;
        case 'rest':
          vectors.push(core.sub(1, a));
          break;
        case 'sigmoid':
          vectors.push(core.sigmoid(a));
          break;
        case 'tanh':
          vectors.push(core.tanh(a));
          break;
        default:
          vectors.push(core[operation](a, b));
      }
    }
    return vectors;
  }

  /**
   * What is differentiated: forms times the gradient that their head has at them, which clips where a density's own
   * gradient would not. And the losses themselves.
   */
  #objective(
    all: tf.Tensor1D,
    x: tf.Tensor2D,
    { h }: Unrolled,
    { batch, b, share }: LearnedSeries & { readonly batch: LearnBatch },
  ): { readonly total: tf.Scalar; readonly sum: SummedLosses } {
    const { losses, channels, inputs } = this.#parts.shape;
    const { heads, offsets } = headsOf(this.#parts.shape);
    const { slice, add, mul, scalar } = this.#tf;
    let total = scalar(0);
    let [nats, count] = [0, 0];
    for (let k = 0; k < losses; k++) {
      const t = batch.length[b] - losses + k;
      for (let d = 0; d < channels; d++) {
        const target = batch.target[(b * losses + k) * channels + d];
        if (Number.isNaN(target)) continue;
        const row = slice(x, [t, 0], [1, inputs]);
        const width = formsOf(heads[d]);
        const forms = Array.from({ length: width }, (_, f) => this.#form(all, h[t + 1], row, offsets[d] + f));
        const dY = new Float64Array(width);
        nats += heads[d].loss(
          dY,
          0,
          Float64Array.from(forms, (form) => form.dataSync()[0]),
          target,
          share,
        );
        count++;
        for (const [f, form] of forms.entries()) total = add(total, mul(form, dY[f]));
      }
    }
    return { total, sum: { nats, count } };
  }

  #form(all: tf.Tensor1D, h: tf.Tensor2D, x: tf.Tensor2D, f: number): tf.Scalar {
    const { layout } = this.#parts;
    const { slice, add, mul, sum } = this.#tf;
    const w = formAt(layout, f);
    const k = w + layout.hidden;
    const own = sum(mul(h, slice(all, w, layout.hidden)));
    const skip = mul(sum(mul(x, slice(all, k, layout.inputs))), layout.skips[f]);
    return add(add(own, skip), sum(slice(all, k + layout.inputs, 1)));
  }

  /** The state after the first K rows. */
  #keep({ h, c }: Unrolled, batch: LearnBatch, b: number): void {
    const { losses, hidden } = this.#parts.shape;
    for (const [name, states] of [['h', h] as const, ['c', c] as const]) {
      for (const [j, value] of states[losses].dataSync().entries()) batch[name][b * hidden + j] = value;
    }
  }
}
