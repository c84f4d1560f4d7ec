import type { Column, Columns } from '../series/columns.ts';
import { SlowZ } from './slow-z.ts';
import { channelByEntry, type Judged, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

/** Rows of each line. */
const ROWS = [16, 64] as const;
const WARM = 500;
const MOST_RATIO = 20;
const LEAST_MEAN = 1e-3;

/** |z| of ln EMA of |x − μ̂|/σ̂ over 16 and 64 rows: noisier, or quieter, than the forecast expects. 50 bytes a channel. */
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
  readonly #slow: SlowZ;
  /** Of the forecast of the row observed last. */
  readonly #spread: Float64Array;

  constructor(columns: Columns, channels: number) {
    this.channelOf = channelByEntry(ROWS.length, channels);
    this.values = new Float64Array(ROWS.length * channels);
    this.deviations = new Float64Array(ROWS.length * channels);
    this.#ema = columns.f32('statistic.scale', ROWS.length * channels);
    this.#count = columns.u8('statistic.scale_rows', channels);
    this.#spread = new Float64Array(channels);
    this.#slow = new SlowZ(columns, 'statistic.scale', ROWS.length * channels, { warm: WARM, large: false });
  }

  judged(slot: number, entry: number): Judged {
    const channels = this.#spread.length;
    const spread = this.#spread[entry % channels];
    const rows = Math.min(this.#count.data[slot * channels + (entry % channels)], ROWS[Math.floor(entry / channels)]);
    const value = this.#ema.data[slot * ROWS.length * channels + entry] * spread;
    return { rows, value, usual: Math.exp(this.#slow.mean(slot, entry)) * spread };
  }

  observe({ slot, xs, centre, spread, weight }: Sight): void {
    this.#spread.set(spread);
    const channels = xs.length;
    for (let d = 0; d < channels; d++) {
      const ratio = Math.abs(xs[d] - centre[d]) / spread[d];
      const known = Number.isFinite(ratio);
      const at = slot * channels + d;
      if (known && this.#count.data[at] < 255) this.#count.data[at]++;
      for (let line = 0; line < ROWS.length; line++) {
        const index = line * channels + d;
        this.values[index] = 0;
        this.deviations[index] = 0;
        if (!known) continue;
        const place = slot * ROWS.length * channels + index;
        const rows = Math.min(this.#count.data[at], ROWS[line]);
        this.#ema.data[place] += (Math.min(ratio, MOST_RATIO) - this.#ema.data[place]) / rows;
        const log = Math.log(Math.max(this.#ema.data[place], LEAST_MEAN));
        const z = this.#slow.observe(slot, index, log, weight[d]);
        this.values[index] = Math.abs(z);
        // Less noise is no distance: it is as unusual in either direction of the channel.
        this.deviations[index] = z > 0 ? this.#ema.data[place] * spread[d] : 0;
      }
    }
  }
}
