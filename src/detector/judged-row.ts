import type { Judgement } from '../alert/lifecycle.ts';
import type { AlertReason } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';

/**
 * What was found of one row. `Judge` has one of these and fills it in again for each row, so that nothing is allocated;
 * arrays are [D]. Whoever needs it longer than until the next row copies it.
 */
export class JudgedRow implements Judgement {
  /** Values as the network sees them, and the network's targets; NaN = missing. */
  readonly xs: Float64Array;
  readonly targets: Float64Array;
  readonly expected: Float64Array;
  /** These four once `Judge.describe` was called. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly bits: Float64Array;
  readonly attribution: Float64Array;
  /** The channel to blame; −1 where nothing is unusual, until `Judge.describe` was called. */
  lead = 0;
  reason: AlertReason = 'unusual_value';
  /**
   * How far the leading channel is from what its statistic expects, in the unit that the network sees; 0 = no distance.
   */
  deviation = 0;
  /** Time that its statistic looked over, where its alert says so; else 0. */
  spanMs = 0;
  timeMs: EpochMs = 0;
  intervalMs = 0;
  pValue = 1;
  score = 0;
  alarm = false;
  unusual = false;
  severe = false;
  warming = true;
  /** The row has a value of a channel that may be blamed. */
  judged = false;
  /** How much of the row is to be learned (docs/detection.md#damped-learning). */
  weight = 1;
  /**
   * Rows that a claim about this one rests on: of its series, or `pooled`, of all series, where these are sequences of
   * events.
   */
  rowsSeen = 1;
  pooled = false;

  constructor(channels: number) {
    this.xs = new Float64Array(channels);
    this.targets = new Float64Array(channels);
    this.expected = new Float64Array(channels);
    this.lower = new Float64Array(channels);
    this.upper = new Float64Array(channels);
    this.bits = new Float64Array(channels);
    this.attribution = new Float64Array(channels);
  }

  seen(channel: number): boolean {
    return Number.isFinite(this.xs[channel]);
  }

  /** A row without a value to judge is neither usual nor unusual. */
  nothingFound(): void {
    this.lead = -1;
    this.reason = 'unusual_value';
    this.deviation = 0;
    this.spanMs = 0;
    this.alarm = false;
    this.unusual = false;
    this.severe = false;
    this.score = 0;
    this.pValue = 1;
    this.weight = 1;
  }
}
