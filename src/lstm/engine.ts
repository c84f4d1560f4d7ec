import type { HeadSpec } from './heads/spec.ts';

/** The network's shape. Letters as in the kernels. */
export interface Shape {
  /** I: numbers a row enters with. */
  readonly inputs: number;
  /** H: hidden units. */
  readonly hidden: number;
  /** D: channels, one head each. */
  readonly channels: number;
  /** [D]: the head of each channel; absent = `real` for all. */
  readonly heads?: readonly HeadSpec[] | undefined;
  /** T: rows a learning step goes back through (truncated BPTT). */
  readonly steps: number;
  /** K: the newest rows of those T whose losses are learned; T is a multiple of K. */
  readonly losses: number;
  /** Graves' diagonal peepholes; without them the plain LSTM. */
  readonly peepholes: boolean;
  /** A cell graph (`graph/program.ts`), which only the engine `graph` computes; absent: Graves' cell, or plain. */
  readonly cell?: string | undefined;
}

/** The numbers of an engine, in its own precision. */
export type Real = Float64Array | Float32Array;

/** One step for B series at a time; flat, row-major. */
export interface ForwardBatch {
  /** [B, I], read. */
  readonly x: Real;
  /** [B, H], read and written: the hidden state before and after the step. */
  readonly h: Real;
  readonly c: Real;
  /**
   * [B, F], written: the distribution of each channel's target, as its head has it (`heads/head.ts`): of a `real` one
   * location and scale. `headsOf(shape).offsets` says where each begins.
   */
  readonly distribution: Real;
}

/** One learning step over B series at a time; flat, row-major. Series b has `length[b]` rows, left-aligned. */
export interface LearnBatch {
  /** [B, T, I], read. */
  readonly x: Real;
  /** [B, K, D], read: targets of the last K of the series' rows; NaN = missing, no loss. */
  readonly target: Real;
  /** [B], read: rows this series has, K ≤ length ≤ T. */
  readonly length: Int32Array;
  /** [B], read: share of the series' gradient; damped below 1 while its gate is closed. */
  readonly weight: Real;
  /**
   * [B, H], read: hidden state before the first row. Written: the state after the first K rows, by the weights before
   * the update.
   */
  readonly h: Real;
  readonly c: Real;
}

/** What a learning step did. */
export interface Learned {
  /**
   * Mean surprisal over the losses learned, unweighted, in nats, by the weights before the update; 0 where every target
   * is missing.
   */
  readonly nats: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/**
 * Everything an engine has learned; `data` [3·P]: parameters, then Adam's first and second moments, laid out as
 * `layout.ts` says.
 */
export interface Weights {
  readonly updates: number;
  readonly data: Float64Array | Float32Array;
}

/**
 * An LSTM over batches of series. It owns one copy of the weights and the batch buffers; the state of the series
 * belongs to the caller, who fills the buffers, calls, and reads them. A row's forward result does not depend on who
 * shares its batch. Nothing is allocated per call.
 */
export interface Engine {
  readonly kind: string;
  readonly shape: Shape;
  /** B at most. */
  readonly capacity: number;
  readonly forwardBatch: ForwardBatch;
  readonly learnBatch: LearnBatch;
  /** One LSTM step and the heads, for the first `rows` rows of `forwardBatch`. O(rows·4H·(I + H)). */
  forward(rows: number): void;
  /**
   * Forward and backward through `learnBatch`'s first `rows` series, gradient = Σ weight·∂loss / (K·Σ weight), clipped
   * by its global norm, and one Adam update at `rate` · mean weight. A row's loss is the sum over its channels; a
   * target that is missing counts as 0, and K stays K. O(rows·T·8H·(I + H)).
   * @throws Failure lstm/diverged where the gradient is not finite; weights and moments stay as they were.
   */
  learn(rows: number, rate: number): Learned;
  /** A copy. */
  weights(): Weights;
  /** @throws Failure lstm/shape where the length is another. Converts between precisions. */
  load(weights: Weights): void;
}

/** How an engine is made: seeded, so that equal options give equal weights. */
export interface EngineOptions {
  readonly shape: Shape;
  readonly capacity: number;
  readonly seed: number;
}
