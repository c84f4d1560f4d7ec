import { boundsOf, clipped } from '../detector/bounds.ts';
import type { Channel } from '../event/channel.ts';
import type { EpochMs } from '../event/time.ts';
import type { Fan } from './fan.ts';
import { fromLevel } from './level.ts';
import type { Paths } from './paths.ts';

/** What a prediction is made of. */
interface FutureParts {
  readonly times: readonly EpochMs[];
  readonly sampled: Paths;
  readonly fans: readonly Fan[];
  /** By channel. */
  readonly newest: readonly number[];
}

/** The rows to come of one series: quantiles and paths, in the channels' units. */
export class Future {
  /** When each row ends. */
  readonly times: readonly EpochMs[];
  /** How many paths there are. */
  readonly paths: number;
  readonly #channels: readonly Channel[];
  readonly #bounds: readonly (readonly [number, number])[];
  readonly #parts: FutureParts;
  /** [D][rows, paths]; of the channels that were asked for. */
  readonly #calibrated: Float64Array[] = [];

  constructor(channels: readonly Channel[], paths: number, parts: FutureParts) {
    this.times = parts.times;
    this.paths = paths;
    this.#channels = channels;
    this.#bounds = channels.map(boundsOf);
    this.#parts = parts;
  }

  /** The p-quantile of a channel at a row ahead (from 0); NaN where the channel never had a value. */
  quantile(channel: number, row: number, p: number): number {
    return this.#value(channel, this.#parts.fans[channel].quantile(row, p));
  }

  /** The same of the network's own paths, as they were sampled. */
  own(channel: number, row: number, p: number): number {
    return this.#value(channel, this.#parts.fans[channel].own(row, p));
  }

  /** The channel's newest value; NaN where it never had one. */
  newest(channel: number): number {
    return this.#parts.newest[channel];
  }

  /**
   * The sampled paths of a channel [rows, paths]: the network's, each row moved to the calibrated quantile of its rank,
   * so that a path keeps its course (ensemble copula coupling: Schefzik et al. 2013). O(rows · paths · log paths) once.
   */
  path(channel: number): Float64Array {
    this.#calibrated[channel] ??= this.#coupled(channel);
    return this.#calibrated[channel];
  }

  #coupled(channel: number): Float64Array {
    const sampled = this.#parts.sampled[channel];
    const { paths } = this;
    const out = new Float64Array(sampled.length);
    for (let row = 0; row < this.times.length; row++) {
      const at = row * paths;
      const order = Array.from({ length: paths }, (_, n) => n).sort(
        (a, b) => sampled[at + a] - sampled[at + b] || a - b,
      );
      for (const [rank, path] of order.entries()) out[at + path] = this.quantile(channel, row, (rank + 0.5) / paths);
    }
    return out;
  }

  #value(channel: number, level: number): number {
    return clipped(fromLevel(this.#channels[channel].transform, level), this.#bounds[channel]);
  }
}
