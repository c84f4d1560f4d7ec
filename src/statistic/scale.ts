import type { Column, Columns } from '../series/columns.ts';
import { SlowZ } from './slow-z.ts';
import { channelByEntry, type Judged, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

/** Rows of each line. */
const ROWS = [16, 64] as const;
const WARM = 500;
const STILL = 64;
const MOST_RATIO = 20;
const LEAST_MEAN = 1e-3;
/**
 * The least deviation of the logarithm: a quarter of what the longer mean of steady normal noise has, in which 127 rows
 * count.
 */
const LEAST_DEVIATION = 0.018;

/**
 * |z| of ln EMA of |x − μ̂|/σ̂ over 16 and 64 rows: noisier, or quieter, than the forecast expects. A value that did
 * not move for 64 rows makes neither more noise nor less, whatever the forecast does. 55 bytes a channel.
 */
export const scale: StatisticKind = {
  kind: 'scale',
  summary: 'Noisier, or quieter, from row to row than the forecast expects.',
  make: (columns, { channels }) => new Scale(columns, channels),
};

class Scale implements Statistic {
  readonly reason = 'unusual_noise';
  readonly warm = WARM;
  readonly channelOf: Int32Array;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly #ema: Column<Float32Array>;
  readonly #count: Column<Uint8Array>;
  readonly #last: Column<Float32Array>;
  /** Rows since the value moved, up to `STILL`. */
  readonly #still: Column<Uint8Array>;
  readonly #slow: SlowZ;
  /** Of the forecast of the row observed last. */
  readonly #spread: Float64Array;

  constructor(columns: Columns, channels: number) {
    this.channelOf = channelByEntry(ROWS.length, channels);
    this.values = new Float64Array(ROWS.length * channels);
    this.deviations = new Float64Array(ROWS.length * channels);
    this.#ema = columns.f32('statistic.scale', ROWS.length * channels);
    this.#count = columns.u8('statistic.scale_rows', channels);
    this.#last = columns.f32('statistic.scale_last', channels);
    this.#still = columns.u8('statistic.scale_still', channels);
    this.#spread = new Float64Array(channels);
    const terms = { warm: WARM, large: false, least: LEAST_DEVIATION };
    this.#slow = new SlowZ(columns, 'statistic.scale', ROWS.length * channels, terms);
  }

  judged(slot: number, entry: number): Judged {
    const channels = this.#spread.length;
    const spread = this.#spread[entry % channels];
    const rows = Math.min(this.#count.data[slot * channels + (entry % channels)], ROWS[Math.floor(entry / channels)]);
    const value = this.#ema.data[slot * ROWS.length * channels + entry] * spread;
    return { rows, value, usual: Math.exp(this.#slow.mean(slot, entry)) * spread };
  }

  observe(sight: Sight): void {
    const { xs, centre, spread } = sight;
    this.values.fill(0);
    this.deviations.fill(0);
    this.#spread.set(spread);
    for (let d = 0; d < xs.length; d++) {
      const ratio = Math.abs(xs[d] - centre[d]) / spread[d];
      if (Number.isFinite(ratio)) this.#judge(sight, d, Math.min(ratio, MOST_RATIO));
    }
  }

  #judge({ slot, xs, spread, weight }: Sight, d: number, ratio: number): void {
    const channels = xs.length;
    const at = slot * channels + d;
    const still = this.#isStill(at, xs[d]);
    if (this.#count.data[at] < 255) this.#count.data[at]++;
    for (let line = 0; line < ROWS.length; line++) {
      const index = line * channels + d;
      const place = slot * ROWS.length * channels + index;
      const rows = Math.min(this.#count.data[at], ROWS[line]);
      if (!still) this.#ema.data[place] += (ratio - this.#ema.data[place]) / rows;
      const log = Math.log(Math.max(this.#ema.data[place], LEAST_MEAN));
      const z = this.#slow.observe(slot, index, log, weight[d]);
      this.values[index] = Math.abs(z);
      // Less noise is no distance: it is as unusual in either direction of the channel.
      this.deviations[index] = z > 0 ? this.#ema.data[place] * spread[d] : 0;
    }
  }

  #isStill(at: number, x: number): boolean {
    const rows = Math.fround(x) === this.#last.data[at] ? Math.min(this.#still.data[at] + 1, STILL) : 0;
    this.#last.data[at] = x;
    this.#still.data[at] = rows;
    return rows === STILL;
  }
}
