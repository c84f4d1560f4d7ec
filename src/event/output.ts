import type { EpochMs } from './time.ts';

/** One channel of a scored row. */
export interface ChannelScore {
  readonly channel: string;
  /** Seen; null = missing. */
  readonly value: number | null;
  /**
   * What the network expected, and its central 95 % band, in the channel's own unit; null while nothing is known yet.
   */
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** −log₂ p(value | everything before), for an interval of the channel's resolution; ≥ 0. */
  readonly bits: number;
  /** Share of this channel in what is unusual about the row; sums to 1 over the channels, or all 0. */
  readonly attribution: number;
}

/** A row, scored. */
export interface ScoreOutput {
  readonly kind: 'score';
  readonly stream: string;
  readonly series: string;
  /** End of the row's window. */
  readonly timeMs: EpochMs;
  readonly channels: readonly ChannelScore[];
  /** Sum of bits over the channels. */
  readonly bits: number;
  /** How rarely a row of this series surprises that much, in (0, 1]: once in 1/pValue rows. */
  readonly pValue: number;
  /** In [0, 1]; 0.5 is the alarm. */
  readonly score: number;
  /** Index into `channels`: the one to blame, or the first where nothing is unusual. */
  readonly lead: number;
  /** Id of the alert that fires at this row; '' if none. */
  readonly alert: string;
  /** The series is too new to raise an alert. */
  readonly warming: boolean;
}

/** `critical` where an incident is far rarer than what raises one. */
export type Severity = 'warning' | 'critical';

/** A step in the life of an alert. `id` stays the same from raise to resolve. */
export interface AlertOutput {
  readonly kind: 'alert';
  readonly state: 'firing' | 'resolved';
  /** Deterministic: a hash of stream, series and the row that raised it. 16 hex digits. */
  readonly id: string;
  /** Counts the steps of this alert from 0: raise, worse, values stop, values come again, resolve. */
  readonly revision: number;
  readonly stream: string;
  readonly series: string;
  readonly severity: Severity;
  /**
   * What it was raised as, where `revision` does not say that: absent = a critical one with an earlier step was a
   * warning first.
   */
  readonly raisedAs?: Severity | undefined;
  /** Named reason, for machines: `unusual_value`, `unusual_change`, `silent`, or the name of a rule. */
  readonly reason: AlertReason;
  /** The explanation in words: what was seen and expected, how rare, which channel, since when. */
  readonly summary: string;
  readonly channel: string;
  readonly value: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly bits: number;
  /**
   * Of its rarest row so far, and claiming no more than was seen: at least 1 / rows. Once it is over, of the row of
   * this step. 1 = of no row.
   */
  readonly pValue: number;
  readonly score: number;
  /** First row of the incident, and the row of this step. */
  readonly startMs: EpochMs;
  readonly timeMs: EpochMs;
  /** Absent while firing. */
  readonly endMs?: EpochMs | undefined;
}

/** One value that does not fit, a course that does not fit, or no value at all. */
type ModelReason =
  | 'unusual_value'
  | 'unusual_change'
  | 'contradicts_channels'
  | 'unusual_for_the_hour'
  | 'unusual_noise'
  | 'stuck'
  | 'unusual_level'
  | 'many_channels'
  | 'unusual_amount'
  | 'unusual_shape'
  | 'silent';

/** Why an alert was raised: what the model found, or the name of a rule. */
export type AlertReason = ModelReason | (string & Record<never, never>);

/** The reasons that no rule may be named after. */
export const MODEL_REASONS: readonly string[] = [
  'unusual_value',
  'unusual_change',
  'contradicts_channels',
  'unusual_for_the_hour',
  'unusual_noise',
  'stuck',
  'unusual_level',
  'many_channels',
  'unusual_amount',
  'unusual_shape',
  'silent',
] satisfies readonly ModelReason[];

/** A record that could not be used, offered to whoever wants to look: dead letters, the side output of late data. */
export interface RejectOutput {
  readonly kind: 'reject';
  readonly stream: string;
  /** A failure's code, or `late`, `duplicate`, `time-leap`, `cardinality`. */
  readonly reason: string;
  /** Where it was and what is wrong, for people. */
  readonly message: string;
  readonly offset: number;
  readonly series?: string | undefined;
  readonly timeMs?: EpochMs | undefined;
  /** The record as it came, cut to its first 4 096 bytes, base64. */
  readonly record: string;
}

/** What a task emits, in order; what the outbox holds. */
export type Output = ScoreOutput | AlertOutput | RejectOutput;
