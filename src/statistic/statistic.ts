import type { Columns } from '../series/columns.ts';

/** What a statistic may look at: one row of one series, as the network sees it. Arrays are [D]; reused from row to row. */
export interface Sight {
  slot: number;
  /** Values; NaN = missing. */
  readonly xs: Float64Array;
  /** The forecast's centre and scale, in the unit of `xs`; NaN before the first value. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  /** Smallest deviation that counts, in the unit of `xs`. */
  readonly minimum: Float64Array;
  /** How much is learned of each channel's value, in (0, 1]: less while the channel is abnormal. */
  readonly weight: Float64Array;
  /** Share of the local day gone by at the row, in [0, 1), and 1 on days of rest, else 0. */
  day: number;
  weekend: number;
  /** Rows of the series before this one. */
  rows: number;
}

/** What a statistic is made for. */
export interface StatisticOptions {
  /** D. */
  readonly channels: number;
  /** The values may follow the local clock. */
  readonly calendar: boolean;
}

/**
 * One way to look at a row. It has `lines` of D values: line l of channel d is at l·D + d. Larger is more unusual; 0 = usual, or nothing
 * to say. Its tail on normal data is not its affair: `calibrate` learns that.
 */
export interface Statistic {
  readonly lines: number;
  /** By line: another line that looks at the same thing in another way; the one with the heavier tail is off. */
  readonly rivals?: readonly (number | undefined)[];
  /** [lines · D], of the row observed last. */
  readonly values: Float64Array;
  /** [lines · D]: how far the channel is from what the statistic expects, signed, in the unit of `xs`; 0 = not a distance. */
  readonly deviations: Float64Array;
  /** State that the series of a stream share, if any: part of the task's snapshot. */
  readonly shared?: readonly Float64Array[];
  /** Each row once, in order; scores it, then learns it. O(1) in the rows seen, nothing allocated. */
  observe(sight: Sight): void;
}

/** A statistic as it is registered. */
export interface StatisticKind {
  /** Its name in alerts, reports and metrics. */
  readonly kind: string;
  /** What it sees, as a clause of an alert. */
  readonly sees: string;
  /** Undefined where it has nothing to say of such a stream. Claims its columns. */
  make(columns: Columns, options: StatisticOptions): Statistic | undefined;
}
