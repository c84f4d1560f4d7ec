import type { AlertOutput, AlertReason } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Signature } from './signature.ts';

/** What a statistic, named by its reason, contributes to the surprise of an alert's row. */
export interface StatisticShare {
  readonly reason: AlertReason;
  /** Sums to 1 over the statistics that found something. */
  readonly share: number;
}

/** A step of an alert that nobody was sent. */
export interface QuietedStep {
  readonly step: AlertOutput;
  /** Id of the alert whose verdict suppresses it, and until when, event time. */
  readonly by: string;
  readonly untilMs: EpochMs;
}

/** What is known of an incident beside its outputs, for whoever looks at it: nothing that is emitted depends on it. */
export interface Insight {
  /** Of the alert. */
  readonly id: string;
  /** Of the incident as far as it has come; absent = as it was. */
  readonly signature?: Signature | undefined;
  /** Absent = as it was; empty where a rule, and no statistic, found something. */
  readonly statistics?: readonly StatisticShare[] | undefined;
  readonly quieted?: QuietedStep | undefined;
}
