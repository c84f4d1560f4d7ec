import type { Shape } from '../engine.ts';
import { type ChannelHead, formsOf } from '../heads/head.ts';
import { headsOf } from '../heads/heads.ts';
import { pairsOf } from './packing.ts';

/** A head without a kernel in the module. */
interface OtherHead {
  readonly head: ChannelHead;
  readonly channel: number;
  /** Of its numbers among a row's. */
  readonly offset: number;
  /** Of its first form among the rows of the panel. */
  readonly form: number;
}

/** What of a panel's memory the losses read and write, and where each part begins, in numbers. */
export interface PanelRows {
  readonly numbers: Float32Array;
  readonly heads: number;
  readonly goals: number;
  readonly shares: number;
}

/** The heads of a shape whose loss the module leaves to TypeScript. */
export class OtherHeads {
  readonly #heads: readonly OtherHead[];
  readonly #width: number;
  readonly #y: Float64Array;
  readonly #dY: Float64Array;
  /** Σ of surprisal in nats, and the targets, since `countFromZero`. */
  nats = 0;
  targets = 0;

  constructor(shape: Shape) {
    const { heads, offsets, width } = headsOf(shape);
    const pairs = pairsOf(shape);
    this.#heads = heads.flatMap((head, channel) => {
      const pair = pairs.findIndex(({ offset }) => offset === offsets[channel]);
      return pairs[pair].channel >= 0 ? [] : [{ head, channel, offset: offsets[channel], form: 2 * pair }];
    });
    this.#width = width;
    this.#y = new Float64Array(width);
    this.#dY = new Float64Array(width);
  }

  /** Before a learning step. */
  countFromZero(): void {
    this.nats = 0;
    this.targets = 0;
  }

  /** Turns the forms of so many rows [rows, F] into numbers of their distributions. */
  distribute(distribution: Float32Array, rows: number): void {
    const y = this.#y;
    for (const { head, offset } of this.#heads) {
      const forms = formsOf(head);
      for (let row = 0; row < rows; row++) {
        const at = row * this.#width + offset;
        for (let f = 0; f < forms; f++) y[f] = distribution[at + f];
        head.distribution(distribution, at, y, 0);
      }
    }
  }

  /**
   * Turns forms into their gradients at steps from `from` up to `to` of all lanes; 0 where there is no target. A row of
   * the panel has `row` numbers, a step `slot`. O((to − from)·lanes·F)
   */
  backward(panel: PanelRows, from: number, to: number, row: number, slot: number): void {
    for (const other of this.#heads) {
      for (let at = from * slot; at < to * slot; at++) this.#lane(other, panel, row, at);
    }
  }

  #lane(
    { head, channel, form }: OtherHead,
    { numbers, heads, goals, shares }: PanelRows,
    row: number,
    at: number,
  ): void {
    const forms = formsOf(head);
    const first = heads + form * row + at;
    const target = numbers[goals + channel * row + at];
    const dY = this.#dY;
    if (Number.isNaN(target)) dY.fill(0, 0, forms);
    else {
      for (let f = 0; f < forms; f++) this.#y[f] = numbers[first + f * row];
      this.nats += head.loss(dY, 0, this.#y, target, numbers[shares + channel * row + at]);
      this.targets++;
    }
    for (let f = 0; f < forms; f++) numbers[first + f * row] = dY[f];
    if (forms % 2 === 1) numbers[first + forms * row] = 0;
  }
}
