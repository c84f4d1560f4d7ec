import type { Column, Columns } from '../series/columns.ts';
import { SlowZ } from './slow-z.ts';
import { channelByEntry, type Judged, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

const ROWS = 64;
const WARM = 500;

/** |z| of the mean of the last 64 rows: a level that the channel seldom has for long. 28 bytes a channel. */
export const level: StatisticKind = {
  kind: 'level',
  summary: '|z| of the mean of the last 64 rows.',
  make: (columns, { channels }) => new Level(columns, channels),
};

class Level implements Statistic {
  readonly reason = 'unusual_level';
  readonly warm = WARM;
  readonly channelOf: Int32Array;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly #ema: Column<Float64Array>;
  readonly #count: Column<Uint8Array>;
  readonly #slow: SlowZ;

  constructor(columns: Columns, channels: number) {
    this.channelOf = channelByEntry(1, channels);
    this.values = new Float64Array(channels);
    this.deviations = new Float64Array(channels);
    this.#ema = columns.f64('statistic.level', channels);
    this.#count = columns.u8('statistic.level_rows', channels);
    this.#slow = new SlowZ(columns, 'statistic.level', channels, { warm: WARM, large: true });
  }

  judged(slot: number, entry: number): Judged {
    const at = slot * this.values.length + entry;
    return { rows: this.#count.data[at], value: this.#ema.data[at], usual: this.#slow.mean(slot, entry) };
  }

  observe({ slot, xs, weight }: Sight): void {
    for (let d = 0; d < xs.length; d++) {
      this.values[d] = 0;
      this.deviations[d] = 0;
      if (!Number.isFinite(xs[d])) continue;
      const at = slot * xs.length + d;
      if (this.#count.data[at] < ROWS) this.#count.data[at]++;
      this.#ema.data[at] += (xs[d] - this.#ema.data[at]) / this.#count.data[at];
      this.deviations[d] = this.#ema.data[at] - this.#slow.mean(slot, d);
      this.values[d] = Math.abs(this.#slow.observe(slot, d, this.#ema.data[at], weight[d]));
    }
  }
}
