import { boundsOf, clipped } from '../detector/bounds.ts';
import { type DetectorOptions, shapeOf } from '../detector/options.ts';
import type { SeriesView } from '../detector/snapshot.ts';
import type { Channel } from '../event/channel.ts';
import type { EpochMs } from '../event/time.ts';
import { Features } from '../feature/features.ts';
import { restored, transformed } from '../feature/transform.ts';
import { copy } from '../lstm/copy.ts';
import type { Engine } from '../lstm/engine.ts';
import { stateColumn } from '../lstm/graph/program.ts';
import { type Heads, headsOf } from '../lstm/heads/heads.ts';
import { Random } from '../math/random.ts';
import { type Column, Columns } from '../series/columns.ts';

/** What to sample. */
export interface PathRequest {
  /** When the rows to come end, ascending. */
  readonly times: readonly EpochMs[];
  /** How many paths. */
  readonly paths: number;
  /** Path n depends on the seed and on n alone, not on how many there are. */
  readonly seed: number;
}

/**
 * Sampled futures of one series: by channel [rows, paths], row-major, in the channel's unit; NaN = it had no value yet.
 */
export type Paths = readonly Float64Array[];

/**
 * Continues a series by what its network says, sampled: each row's draw is the next row's input. The state of the
 * series is copied, path by path, and neither it nor the weights change; of its engine only the batch buffers are used.
 * O(rows · paths) forward steps.
 */
export class PathSampler {
  readonly #channels: readonly Channel[];
  readonly #bounds: readonly (readonly [number, number])[];
  readonly #columns = new Columns();
  readonly #features: Features;
  readonly #heads: Heads;
  readonly #h: Column<Float32Array>;
  readonly #c: Column<Float32Array>;
  readonly #values: Float64Array;
  readonly #xs: Float64Array;
  /** Slots that were allotted, one for each path. */
  #slots = 0;

  constructor(options: DetectorOptions) {
    const { channels, features } = options;
    const shape = shapeOf(options);
    const { hidden } = shape;
    this.#heads = headsOf(shape);
    this.#channels = channels;
    this.#bounds = channels.map(boundsOf);
    this.#features = new Features(this.#columns, channels, features);
    this.#h = this.#columns.f32(stateColumn(shape, 'h'), hidden);
    this.#c = this.#columns.f32(stateColumn(shape, 'c'), hidden);
    this.#values = new Float64Array(channels.length);
    this.#xs = new Float64Array(channels.length);
  }

  /** The clock of the stream, for the times of rows to come. */
  get calendar() {
    return this.#features.calendar;
  }

  /** Median interval, newest time and newest values of a series. */
  newestOf(view: SeriesView) {
    this.#start(view, 1);
    const { interval, scaler } = this.#features;
    const values = this.#channels.map((_, d) => (scaler.rows(0, d) > 0 ? this.#features.newest(0, d) : Number.NaN));
    return { intervalMs: interval.median(0), lastMs: interval.last(0), values };
  }

  /** Samples the rows at these times. No batch of the detector may be under way. */
  sample(view: SeriesView, { times, paths, seed }: PathRequest): Paths {
    this.#start(view, paths);
    const random = Array.from({ length: paths }, (_, n) => new Random(seed).fork(`path ${n}`));
    const out = this.#channels.map(() => new Float64Array(times.length * paths));
    const { engine } = view;
    for (let row = 0; row < times.length; row++) {
      for (let first = 0; first < paths; first += engine.capacity) {
        const count = Math.min(engine.capacity, paths - first);
        this.#forward(engine, times[row], first, count);
        for (let b = 0; b < count; b++) {
          const path = first + b;
          this.#draw(engine, b, { path, timeMs: times[row], random: random[path] });
          for (let d = 0; d < out.length; d++) out[d][row * paths + path] = this.#values[d];
        }
      }
    }
    return out;
  }

  #start({ columns, slot }: SeriesView, paths: number): void {
    for (; this.#slots < paths; this.#slots++) this.#columns.allocate();
    for (let path = 0; path < paths; path++) this.#columns.copy(path, columns, slot);
  }

  /** One step of the network for paths [first, first + count). */
  #forward(engine: Engine, timeMs: EpochMs, first: number, count: number): void {
    const { x, h, c } = engine.forwardBatch;
    const { inputs, hidden } = engine.shape;
    for (let b = 0; b < count; b++) this.#features.write(first + b, timeMs, x, b * inputs);
    copy(h, 0, this.#h.data, first * hidden, count * hidden);
    copy(c, 0, this.#c.data, first * hidden, count * hidden);
    engine.forward(count);
    copy(this.#h.data, first * hidden, h, 0, count * hidden);
    copy(this.#c.data, first * hidden, c, 0, count * hidden);
  }

  /** Draws the row of one path from its heads, and takes it in. */
  #draw(
    { forwardBatch: { distribution } }: Engine,
    b: number,
    { path, timeMs, random }: { readonly path: number; readonly timeMs: EpochMs; readonly random: Random },
  ): void {
    const { scaler } = this.#features;
    const { heads, offsets, width } = this.#heads;
    for (let d = 0; d < heads.length; d++) {
      // Drawn for every channel, so that one without values moves no draw of another.
      const step = heads[d].sample(distribution, b * width + offsets[d], random);
      if (scaler.rows(path, d) === 0) {
        this.#values[d] = Number.NaN;
        this.#xs[d] = Number.NaN;
        continue;
      }
      const { transform } = this.#channels[d];
      const before = this.#features.newest(path, d);
      const x = scaler.last(path, d) + step * scaler.unit(path, d);
      const value = clipped(restored(transform, x, before), this.#bounds[d]);
      this.#values[d] = value;
      this.#xs[d] = transformed(transform, value, before);
    }
    this.#features.follow(path, timeMs, this.#values, this.#xs);
  }
}
