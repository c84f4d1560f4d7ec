import { copy } from '../lstm/copy.ts';
import type { Engine, Learned, Shape } from '../lstm/engine.ts';
import { stateColumn } from '../lstm/graph/program.ts';
import type { ChannelHead } from '../lstm/heads/head.ts';
import { headsOf } from '../lstm/heads/heads.ts';
import type { Column, Columns } from '../series/columns.ts';
import type { MicroBatch } from './micro-batch.ts';
import type { LearningSchedule } from './schedule.ts';

/**
 * The hidden state of every series, and what its next learning step goes through: up to T + K rows and the hidden state
 * before them. (2·2H + (T + K)·(I + D))·4 bytes a series.
 */
export class Chunks {
  readonly #shape: Shape;
  readonly #heads: readonly ChannelHead[];
  readonly #rows: number;
  readonly #h: Column<Float32Array>;
  readonly #c: Column<Float32Array>;
  readonly #firstH: Column<Float32Array>;
  readonly #firstC: Column<Float32Array>;
  readonly #x: Column<Float32Array>;
  readonly #target: Column<Float32Array>;
  readonly #fill: Column<Uint16Array>;
  readonly #weight: Column<Float32Array>;

  constructor(columns: Columns, shape: Shape) {
    this.#shape = shape;
    this.#heads = headsOf(shape).heads;
    this.#rows = shape.steps + shape.losses;
    this.#h = columns.f32(stateColumn(shape, 'h'), shape.hidden);
    this.#c = columns.f32(stateColumn(shape, 'c'), shape.hidden);
    this.#firstH = columns.f32('lstm.first_h', shape.hidden);
    this.#firstC = columns.f32('lstm.first_c', shape.hidden);
    this.#x = columns.f32('lstm.chunk_x', this.#rows * shape.inputs);
    this.#target = columns.f32('lstm.chunk_target', this.#rows * shape.channels);
    this.#fill = columns.u16('lstm.chunk_rows');
    this.#weight = columns.f32('lstm.weight');
  }

  /**
   * The steps of the series' newest rows, as they are learned, oldest first: [row · D + d], NaN = missing; at most so
   * many rows. O(rows)
   */
  recent(slot: number, most: number): Float32Array {
    const { channels } = this.#shape;
    const fill = this.#fill.data[slot];
    const end = slot * this.#rows + fill;
    return this.#target.data.slice((end - Math.min(fill, most)) * channels, end * channels);
  }

  /** Puts the state of the micro-batch's series into the engine's batch. */
  load(microBatch: MicroBatch, engine: Engine): void {
    const { hidden } = this.#shape;
    const { h, c } = engine.forwardBatch;
    for (let b = 0; b < microBatch.size; b++) {
      const from = microBatch.slot(b) * hidden;
      copy(h, b * hidden, this.#h.data, from, hidden);
      copy(c, b * hidden, this.#c.data, from, hidden);
    }
  }

  /**
   * Takes the state after the step back, and the micro-batch's rows into the chunks: their inputs, their targets, how
   * much is to be learned of them.
   */
  push(microBatch: MicroBatch, engine: Engine): void {
    for (let b = 0; b < microBatch.size; b++) {
      const slot = microBatch.slot(b);
      this.#push(slot, engine, b, microBatch.targets(b));
      this.#weight.data[slot] = microBatch.weight(b);
    }
  }

  /** One learning step over the series that are due. @throws Failure lstm/diverged */
  learn(schedule: LearningSchedule, engine: Engine, rate: number): Learned {
    const lengths = schedule.due.map((slot) => this.#fill.data[slot] - schedule.sinceDue(slot));
    const slots = schedule.take();
    for (let b = 0; b < slots.length; b++) this.#gather(slots[b], lengths[b], engine, b);
    const learned = engine.learn(slots.length, rate);
    for (let b = 0; b < slots.length; b++) {
      if (lengths[b] === this.#shape.steps) this.#slide(slots[b], engine, b);
    }
    return learned;
  }

  #push(slot: number, engine: Engine, b: number, targets: Float64Array): void {
    const { inputs, hidden, channels } = this.#shape;
    const { x, h, c } = engine.forwardBatch;
    copy(this.#h.data, slot * hidden, h, b * hidden, hidden);
    copy(this.#c.data, slot * hidden, c, b * hidden, hidden);
    const row = slot * this.#rows + this.#fill.data[slot]++;
    copy(this.#x.data, row * inputs, x, b * inputs, inputs);
    for (let d = 0; d < channels; d++) {
      this.#target.data[row * channels + d] = this.#heads[d].learnable(targets[d]);
    }
  }

  #gather(slot: number, length: number, engine: Engine, b: number): void {
    const { inputs, hidden, channels, steps, losses } = this.#shape;
    const { x, target, h, c, length: lengths, weight } = engine.learnBatch;
    const row = slot * this.#rows;
    const firstLoss = row + length - losses;
    copy(x, b * steps * inputs, this.#x.data, row * inputs, length * inputs);
    copy(target, b * losses * channels, this.#target.data, firstLoss * channels, losses * channels);
    copy(h, b * hidden, this.#firstH.data, slot * hidden, hidden);
    copy(c, b * hidden, this.#firstC.data, slot * hidden, hidden);
    lengths[b] = length;
    weight[b] = this.#weight.data[slot];
  }

  /** Drops the oldest K rows; the state after them, by the newest weights that saw them, is the new beginning. */
  #slide(slot: number, engine: Engine, b: number): void {
    const { inputs, hidden, channels, losses } = this.#shape;
    const { h, c } = engine.learnBatch;
    copy(this.#firstH.data, slot * hidden, h, b * hidden, hidden);
    copy(this.#firstC.data, slot * hidden, c, b * hidden, hidden);
    const first = slot * this.#rows;
    const end = first + this.#fill.data[slot];
    this.#x.data.copyWithin(first * inputs, (first + losses) * inputs, end * inputs);
    this.#target.data.copyWithin(first * channels, (first + losses) * channels, end * channels);
    this.#fill.data[slot] -= losses;
  }
}
