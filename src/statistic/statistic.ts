import type { AlertReason } from '../event/output.ts';
import type { Columns } from '../series/columns.ts';

/**
 * What a statistic may look at: one row of one series, as the network sees it. Arrays are [D]; reused from row to row.
 */
export interface Sight {
  slot: number;
  /** Values; NaN = missing. */
  readonly xs: Float64Array;
  /** The forecast's centre and scale, in the unit of `xs`; NaN before the first value. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  /**
   * How much is learned of each channel's value: 1, less while the channel is abnormal, more once that is becoming
   * usual.
   */
  readonly weight: Float64Array;
  /** Share of the local day gone by at the row, in [0, 1), and 1 on days of rest, else 0. */
  day: number;
  weekend: number;
  /** Rows of the series before this one. */
  rows: number;
  /** Mean time between two rows, ms; 0 = not known yet. */
  paceMs: number;
  /** Rows are events that come when they come, fewer than one an hour, and many series have them. */
  sparse: boolean;
}

/** What a statistic is made for. */
export interface StatisticOptions {
  /** D. */
  readonly channels: number;
  /** The values may follow the local clock. */
  readonly calendar: boolean;
  /** [D]: whether the channel may be blamed. */
  readonly scored: readonly boolean[];
}

/**
 * One way to look at a row. It has some entries, each about a channel: usually one a channel, or several that look over
 * different numbers of rows. Larger is more unusual; 0 = usual, or nothing to say. Its tail on normal data is not its
 * affair: `calibrate` learns that.
 */
export interface Statistic {
  /** By entry, of the row observed last. */
  readonly values: Float64Array;
  /**
   * By entry: how far the channel is from what the statistic expects, signed, in the unit of `xs`; 0 = not a distance.
   */
  readonly deviations: Float64Array;
  /** By entry: the channel it is about. */
  readonly channelOf: Int32Array;
  /** By entry: another one that looks at the same in another way, or −1; the one with the heavier tail is off. */
  readonly rivals?: Int32Array;
  /** What an alert says that it saw. */
  readonly reason: AlertReason;
  /** Rows of a series before it says anything of it. */
  readonly warm: number;
  /** It has nothing to say of nearly all normal data. */
  readonly silent?: boolean;
  /** It judges events one by one: where a series is sparse it alone has something to say, and nowhere else. */
  readonly events?: boolean;
  /** By entry: rows that it looked over, where that differs from series to series; 0 = not known. */
  readonly spans?: Float64Array;
  /**
   * Its value, in deviations, says how the system is, row for row, not when something began: the score shows it as long
   * as it lasts.
   */
  readonly sustained?: boolean;
  /** State that the series of a stream share, if any: part of the task's snapshot. */
  readonly shared?: readonly Float64Array[];
  /**
   * The number that an entry judged of the row observed last, of this slot. For alerts alone: costs the statistic
   * nothing.
   */
  judged?(slot: number, entry: number): Judged;
  /** Each row once, in order; scores it, then learns it. O(1) in the rows seen, nothing allocated. */
  observe(sight: Sight): void;
}

/** What a statistic judged of the row observed last. In the unit of `xs` where it is a place or a distance. */
export interface Judged {
  /** Rows that it looked at. */
  readonly rows: number;
  readonly value: number;
  /** What is usual for it; NaN where 0 is. */
  readonly usual: number;
}

/** A statistic as it is registered. */
export interface StatisticKind {
  /** Its name in reports and metrics. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Undefined where it has nothing to say of such a stream. Claims its columns. */
  make(columns: Columns, options: StatisticOptions): Statistic | undefined;
}

/** `lines` entries for each channel: entry l·D + d is about channel d. */
export function channelByEntry(lines: number, channels: number): Int32Array {
  return Int32Array.from({ length: lines * channels }, (_, entry) => entry % channels);
}
