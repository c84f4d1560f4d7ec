import type { Column, Columns } from '../series/columns.ts';
import { SlowZ } from './slow-z.ts';
import type { Judged, Sight, Statistic, StatisticKind } from './statistic.ts';

const ROWS = 30;
const WARM = 100;
/** Fewer channels share nothing that one of them does not show. */
const LEAST_CHANNELS = 3;

/**
 * Mean over the channels of ln(1 + z²) of the level over 30 rows: a fault that moves every channel a little. 28 bytes a
 * channel.
 */
export const sum: StatisticKind = {
  kind: 'sum',
  summary: 'All channels together are further from their usual levels than they ever are.',
  make: (columns, { channels, scored }) => (channels < LEAST_CHANNELS ? undefined : new Sum(columns, scored)),
};

class Sum implements Statistic {
  readonly reason = 'many_channels';
  readonly warm = WARM;
  readonly sustained = true;
  readonly values = new Float64Array(1);
  readonly deviations = new Float64Array(1);
  /** The channel that is furthest, of those that may be blamed. */
  readonly channelOf: Int32Array;
  readonly #ema: Column<Float64Array>;
  readonly #count: Column<Uint8Array>;
  readonly #slow: SlowZ;
  readonly #scored: readonly boolean[];

  constructor(columns: Columns, scored: readonly boolean[]) {
    const channels = scored.length;
    this.#scored = scored;
    this.channelOf = Int32Array.of(Math.max(0, scored.indexOf(true)));
    this.#ema = columns.f64('statistic.sum', channels);
    this.#count = columns.u8('statistic.sum_rows', channels);
    this.#slow = new SlowZ(columns, 'statistic.sum', channels, { warm: WARM, large: true });
  }

  /** In usual deviations. */
  judged(): Judged {
    return { rows: ROWS, value: this.values[0], usual: Number.NaN };
  }

  observe({ slot, xs, weight }: Sight): void {
    let sum = 0;
    let most = 0;
    this.channelOf[0] = Math.max(0, this.#scored.indexOf(true));
    for (let d = 0; d < xs.length; d++) {
      if (!Number.isFinite(xs[d])) continue;
      const at = slot * xs.length + d;
      if (this.#count.data[at] < ROWS) this.#count.data[at]++;
      this.#ema.data[at] += (xs[d] - this.#ema.data[at]) / this.#count.data[at];
      const z = this.#slow.observe(slot, d, this.#ema.data[at], weight[d]);
      sum += Math.log1p(z * z);
      if (z * z <= most || !this.#scored[d]) continue;
      most = z * z;
      this.channelOf[0] = d;
    }
    // As one typical |z|.
    this.values[0] = Math.sqrt(Math.expm1(sum / xs.length));
  }
}
