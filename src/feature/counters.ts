import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import { type EpochMs, SECOND_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/** Where counters begin again at 0 without having been reset. */
const WRAPS = [2 ** 32, 2 ** 64];
/** A wrap falls from the uppermost such share of the range to the lowest. */
const NEAR_END = 1 / 8;

/**
 * Makes rates of counters (`transform: counter`): how much a second since the last value of its series. A counter that
 * falls near the end of 32 or 64 bits has wrapped; one that falls otherwise was reset, or exchanged, and what it
 * counted meanwhile nobody knows: missing, like the rate at the first value.
 */
export class Counters {
  readonly #channels: readonly number[];
  readonly #counts: Column<Float64Array>;
  readonly #countedAt: Column<Float64Array>;
  readonly #isCounted: Column<Uint8Array>;

  private constructor(columns: Columns, channels: readonly number[]) {
    this.#channels = channels;
    this.#counts = columns.f64('feature.counts', channels.length);
    this.#countedAt = columns.f64('feature.counted_at', channels.length);
    this.#isCounted = columns.u8('feature.is_counted', channels.length);
  }

  /** Undefined where no channel is a counter. */
  static of(columns: Columns, channels: readonly Channel[]): Counters | undefined {
    const counters = channels.flatMap(({ transform }, d) => (transform === 'counter' ? [d] : []));
    return counters.length === 0 ? undefined : new Counters(columns, counters);
  }

  /** The row with rates in the place of counts; takes the counts in. O(D). */
  rates(slot: number, row: Row): Row {
    const values = Float64Array.from(row.values);
    for (const [n, d] of this.#channels.entries()) {
      if (!Number.isNaN(values[d])) values[d] = this.#rate(slot * this.#channels.length + n, row.endMs, values[d]);
    }
    return { ...row, values };
  }

  /** Per second. */
  #rate(at: number, timeMs: EpochMs, count: number): number {
    const before = this.#counts.data[at];
    const elapsedMs = timeMs - this.#countedAt.data[at];
    const isFirst = this.#isCounted.data[at] === 0;
    // Several counts of one time: the rate is known once time has passed.
    if (!isFirst && elapsedMs <= 0) return Number.NaN;
    this.#counts.data[at] = count;
    this.#countedAt.data[at] = timeMs;
    this.#isCounted.data[at] = 1;
    return isFirst ? Number.NaN : increase(before, count) / (elapsedMs / SECOND_MS);
  }
}

/** NaN where the counter was reset. */
function increase(before: number, count: number): number {
  if (count >= before) return count - before;
  const wrap = WRAPS.find((range) => before < range && before >= range * (1 - NEAR_END) && count <= range * NEAR_END);
  return wrap === undefined || count < 0 ? Number.NaN : wrap - before + count;
}
