import type { Column, Columns } from '../series/columns.ts';

/* Causal scaling of one channel (docs/detection.md#scaling): nothing knows the value it scales. n rows seen so far.
 *   z_t = clip((x_t − m)/s, ±6)                       m, s: fading mean and deviation, a = 1/min(n, 2000)
 *   d_t = (x_t − x_{t−1})/sd,  sd = max(1.2533·A, 0.02·s)      A: fading mean of |x_t − x_{t−1}|, 1/min(n, 1000) */

const LEVEL_ROWS = 2000;
const CHANGE_ROWS = 1000;
/** Outliers move the scale by no more than this once there are rows enough to call them so. */
const TRUSTED_AFTER = 20;
/**
 * Before that a value this many times farther than all that was seen is a filler such as FLT_MAX: it moves no scale,
 * for its square would take hundreds of thousands of rows to be forgotten.
 */
const FILLER = 1e15;
const LEVEL_WINSOR = 4;
const CHANGE_WINSOR = 6;
const Z_LIMIT = 6;
const LARGEST_F32 = 3e38;
/** √(π/2): deviation of a normal variable over its mean absolute value. */
const NORMAL = 1.2533;

/** Level, scale and innovation unit of every channel of every series. 48 bytes a channel. */
export class Scaler {
  readonly #channels: number;
  readonly #rows: Column<Float64Array>;
  readonly #mean: Column<Float64Array>;
  readonly #variance: Column<Float64Array>;
  readonly #change: Column<Float64Array>;
  readonly #last: Column<Float64Array>;
  readonly #lastZ: Column<Float32Array>;
  readonly #lastD: Column<Float32Array>;

  constructor(columns: Columns, channels: number) {
    this.#channels = channels;
    this.#rows = columns.f64('feature.rows', channels);
    this.#mean = columns.f64('feature.mean', channels);
    this.#variance = columns.f64('feature.variance', channels);
    this.#change = columns.f64('feature.change', channels);
    this.#last = columns.f64('feature.last', channels);
    this.#lastZ = columns.f32('feature.last_z', channels);
    this.#lastD = columns.f32('feature.last_d', channels);
  }

  /** Rows that had a value. */
  rows(slot: number, channel: number): number {
    return this.#rows.data[slot * this.#channels + channel];
  }

  /** The newest value; meaningless before the first. */
  last(slot: number, channel: number): number {
    return this.#last.data[slot * this.#channels + channel];
  }

  /** The fading mean; meaningless before the first value. */
  mean(slot: number, channel: number): number {
    return this.#mean.data[slot * this.#channels + channel];
  }

  /** z of the newest value, by the scale before it. */
  lastZ(slot: number, channel: number): number {
    return this.#lastZ.data[slot * this.#channels + channel];
  }

  /** d of the newest value, by the unit before it. */
  lastD(slot: number, channel: number): number {
    return this.#lastD.data[slot * this.#channels + channel];
  }

  /** sd: the unit of the next innovation, > 0. */
  unit(slot: number, channel: number): number {
    const at = slot * this.#channels + channel;
    return Math.max(NORMAL * this.#change.data[at], 0.02 * this.#deviation(at));
  }

  /** Takes a value in; x finite. O(1). */
  update(slot: number, channel: number, x: number): void {
    const at = slot * this.#channels + channel;
    if (this.#startedWithFiller(at, x)) this.#forget(at);
    const seen = this.#rows.data[at];
    const s = this.#deviation(at);
    const offset = x - this.#mean.data[at];
    this.#lastZ.data[at] = seen < 2 ? 0 : clip(offset / s, Z_LIMIT);
    if (seen > 0) this.#updateChange(at, x, this.unit(slot, channel));
    this.#rows.data[at] = seen + 1;
    const a = 1 / Math.min(seen + 1, LEVEL_ROWS);
    const dx = seen > TRUSTED_AFTER ? clip(offset, LEVEL_WINSOR * s) : this.#believed(at, offset);
    this.#mean.data[at] += a * dx;
    this.#variance.data[at] = seen === 0 ? 0 : (1 - a) * (this.#variance.data[at] + a * dx * dx);
    this.#last.data[at] = x;
  }

  /**
   * The newest value now is x, of which nothing is learned: level, scale and unit stay. A forecast that is fed its own
   * values must not rescale itself by them. O(1).
   */
  follow(slot: number, channel: number, x: number): void {
    const at = slot * this.#channels + channel;
    this.#lastZ.data[at] = clip((x - this.#mean.data[at]) / this.#deviation(at), Z_LIMIT);
    this.#lastD.data[at] = (x - this.#last.data[at]) / this.unit(slot, channel);
    this.#last.data[at] = x;
  }

  #updateChange(at: number, x: number, unit: number): void {
    const seen = this.#rows.data[at];
    const change = x - this.#last.data[at];
    this.#lastD.data[at] = clip(change / unit, LARGEST_F32);
    const size = seen > TRUSTED_AFTER ? Math.min(Math.abs(change), CHANGE_WINSOR * unit) : Math.abs(change);
    if (seen <= TRUSTED_AFTER && this.#believed(at, size) !== size) return;
    this.#change.data[at] += (size - this.#change.data[at]) / Math.min(seen, CHANGE_ROWS);
  }

  /** The offset, or 0 where it is a filler's. The first value of a series has none. */
  #believed(at: number, offset: number): number {
    const seen = this.#rows.data[at];
    return seen > 0 && Math.abs(offset) > FILLER * this.#size(at) ? 0 : offset;
  }

  #startedWithFiller(at: number, x: number): boolean {
    const seen = this.#rows.data[at];
    return seen > 0 && seen <= TRUSTED_AFTER && this.#size(at) > FILLER * Math.max(1, Math.abs(x));
  }

  #size(at: number): number {
    return Math.max(1, Math.abs(this.#mean.data[at]), this.#deviation(at));
  }

  #forget(at: number): void {
    for (const { data } of [this.#rows, this.#mean, this.#variance, this.#change]) data[at] = 0;
  }

  #deviation(at: number): number {
    return Math.max(Math.sqrt(this.#variance.data[at]), 1e-6 * Math.abs(this.#mean.data[at]) + 1e-9);
  }
}

/** x within [−limit, limit]. */
export function clip(x: number, limit: number): number {
  return Math.min(Math.max(x, -limit), limit);
}
