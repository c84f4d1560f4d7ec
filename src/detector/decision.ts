import type { AlertReason } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';

/**
 * What the novelty of the row's points says: S (docs/detection.md#value-and-error-novelty), and of which channel and
 * why.
 */
export interface Point {
  readonly value: number;
  readonly channel: number;
  readonly reason: AlertReason;
}

/** How a row is to be decided on. */
export interface DecisionTerms {
  readonly timeMs: EpochMs;
  /** Series of the stream. */
  readonly seriesCount: number;
  /** Alerts a week that normal data of this series may raise. */
  readonly perWeek: number;
  /** An incident ends after so long without an abnormal row. */
  readonly calmMs: number;
  /** The series may raise alerts by now. */
  readonly ready: boolean;
  /** Nothing is raised and nothing ends at this row: the wall clock has just changed, and the values follow it. */
  readonly paused: boolean;
  /** By channel: the least deviation that counts, in the unit that the network sees. */
  readonly minimum: Float64Array;
}

/** What was decided of the row observed last. */
export interface Found {
  /**
   * The most surprising channel, −1 where nothing is unusual; what it did, and how far that is from what was expected
   * (0 = no distance).
   */
  lead: number;
  /** Which entry of the statistics leads; −1 where it is the point. */
  entry: number;
  reason: AlertReason;
  deviation: number;
  /** Rows that the statistic looked over, where its alert says so; else 0. */
  span: number;
  alarm: boolean;
  held: boolean;
  /** ln of the budget's rate over the rate of rows as surprising: ≥ 0 = the alarm. */
  margin: number;
  /**
   * The same for the score, which a surprise that lasts does not repeat, unless it is the state of the whole system
   * that lasts.
   */
  scoreMargin: number;
  rowsPerWeek: number;
}
