import type { EpochMs } from './time.ts';

/** A decoded record. `values` [D]: one per channel in the order of the configuration; NaN = missing. */
export interface Observation {
  readonly series: string;
  readonly timeMs: EpochMs;
  readonly values: Float64Array;
}

/** What the network sees: one step of one series. Window [startMs, endMs); both equal the event time where each event is a row. */
export interface Row {
  readonly series: string;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** [D], NaN = missing. */
  readonly values: Float64Array;
}
