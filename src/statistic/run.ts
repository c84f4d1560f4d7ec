import type { Column, Columns } from '../series/columns.ts';
import { channelByEntry, type Judged, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

const MEMORY = 8_000;
const WARM = 500;
const LEAST_RECORD = 4;
/**
 * A run raises the record to so many times what it was at most: it may be the fault, and the next one like it is to be
 * found too.
 */
const MOST_RAISED = 1.2;
/** A run counts no further; it is reported long before. */
const LONGEST = 0xffff;

/**
 * Rows since the value last moved over the longest such run of the last 8 000 rows: a stuck sensor. 36 bytes a channel.
 */
export const run: StatisticKind = {
  kind: 'run',
  summary: 'The value has not moved for longer than it ever does.',
  make: (columns, { channels }) => new Run(columns, channels),
};

class Run implements Statistic {
  readonly reason = 'stuck';
  readonly warm = WARM;
  readonly silent = true;
  readonly channelOf: Int32Array;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly #first: Column<Float64Array>;
  readonly #length: Column<Uint16Array>;
  readonly #seen: Column<Uint16Array>;
  /** Longest finished run of this half of the memory, and of the half before. */
  readonly #now: Column<Uint16Array>;
  readonly #before: Column<Uint16Array>;

  constructor(columns: Columns, channels: number) {
    this.channelOf = channelByEntry(1, channels);
    this.values = new Float64Array(channels);
    this.deviations = new Float64Array(channels);
    this.#first = columns.f64('statistic.run_value', channels);
    this.#length = columns.u16('statistic.run_length', channels);
    this.#seen = columns.u16('statistic.run_rows', channels);
    this.#now = columns.u16('statistic.run_longest', channels);
    this.#before = columns.u16('statistic.run_longest_before', channels);
  }

  /** In rows of one value. */
  judged(slot: number, entry: number): Judged {
    const at = slot * this.values.length + entry;
    const rows = this.#length.data[at] + 1;
    return { rows, value: rows, usual: Math.max(this.#now.data[at], this.#before.data[at]) + 1 };
  }

  observe({ slot, xs, weight }: Sight): void {
    for (let d = 0; d < xs.length; d++) {
      this.values[d] = 0;
      if (!Number.isFinite(xs[d])) continue;
      const at = slot * xs.length + d;
      const seen = this.#seen.data[at];
      // Counts on within the memory: what matters is where in it the row is, and that there were enough before.
      this.#seen.data[at] = seen + 1 === MEMORY ? MEMORY / 2 : seen + 1;
      if (seen > 0 && xs[d] === this.#first.data[at]) {
        const length = Math.min(this.#length.data[at] + 1, LONGEST);
        this.#length.data[at] = length;
        // What has lasted for days is what it does now: a furnace in summer.
        if (weight[d] > 1) this.#now.data[at] = Math.max(this.#now.data[at], length);
        const record = Math.max(this.#now.data[at], this.#before.data[at], LEAST_RECORD);
        if (seen >= WARM) this.values[d] = length > record ? Math.log(length / record) : 0;
      } else {
        this.#learn(at, seen);
        this.#length.data[at] = 0;
        this.#first.data[at] = xs[d];
      }
      if (seen % (MEMORY / 2) !== MEMORY / 2 - 1) continue;
      this.#before.data[at] = this.#now.data[at];
      this.#now.data[at] = 0;
    }
  }

  /** A run has ended. */
  #learn(at: number, seen: number): void {
    const length = this.#length.data[at];
    if (length <= this.#now.data[at]) return;
    const record = Math.max(this.#now.data[at], this.#before.data[at], LEAST_RECORD);
    this.#now.data[at] = seen < WARM ? length : Math.min(length, Math.ceil(MOST_RAISED * record));
  }
}
