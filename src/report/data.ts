import type { AlertOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';

/**
 * One channel of a series, a number for each row; null = missing, or not known yet. All arrays have the length of the
 * series.
 */
export interface ReportedChannel {
  readonly value: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly bits: readonly (number | null)[];
}

/** Everything a replay said of one series. */
export interface ReportedSeries {
  readonly name: string;
  /** Ascending. */
  readonly timeMs: readonly EpochMs[];
  /** In the order of `ReportData.channels`. */
  readonly channels: readonly ReportedChannel[];
  readonly score: readonly number[];
  /** Every step of every alert, in order. */
  readonly alerts: readonly AlertOutput[];
  /** How many of the rows that it needs the series has seen so far; absent where that is not known. */
  readonly warmUp?: { readonly rows: number; readonly rowsNeeded: number } | undefined;
}

/** Whether the series has too few rows to raise an alert. */
export function isWarming({ warmUp }: ReportedSeries): boolean {
  return warmUp !== undefined && warmUp.rows < warmUp.rowsNeeded;
}

/** A time span known beforehand to be unusual, shaded behind the curves. */
export interface LabelledWindow {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** All series where absent. */
  readonly series?: string | undefined;
}

/** What a report is made from. */
export interface ReportData {
  readonly title: string;
  readonly stream: string;
  readonly channels: readonly { readonly name: string; readonly unit: string }[];
  readonly series: readonly ReportedSeries[];
  readonly labels?: readonly LabelledWindow[] | undefined;
  /** What the legend calls them; `labelled beforehand` if absent. */
  readonly labelled?: string | undefined;
  /** Shown as they are, in order: what the replay was run with. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** The drawing library, to be inlined: uPlot's `uPlot.iife.min.js` and `uPlot.min.css`. */
export interface ReportAssets {
  readonly script: string;
  readonly style: string;
}
