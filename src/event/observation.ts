import type { EpochMs } from './time.ts';

/** A decoded record. `values` [D]: one per channel in the order of the configuration; NaN = missing. */
export interface Observation {
  readonly series: string;
  readonly timeMs: EpochMs;
  readonly values: Float64Array;
  /**
   * [A], one per attribute in the order of the configuration; '' = missing. Absent where the stream has no attributes.
   */
  readonly attributes?: readonly string[] | undefined;
}

/**
 * What the network sees: one step of one series. Window [startMs, endMs); both equal the event time where each event is
 * a row.
 */
export interface Row {
  readonly series: string;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** [D], NaN = missing. */
  readonly values: Float64Array;
  /** [D]: channels whose value nobody sent: the gap policy repeats the last one. Absent where there is none. */
  readonly carried?: readonly boolean[] | undefined;
  /** [A], '' = missing, where each event is a row. Absent where the stream has no attributes. */
  readonly attributes?: readonly string[] | undefined;
}

/** What somebody sent of a channel; NaN where that is nothing, or a value that the gap policy repeats. */
export function sentValue({ values, carried }: Row, channel: number): number {
  return carried?.[channel] === true ? Number.NaN : values[channel];
}

/** What became of an observation that was given to the windows. All but `accepted` are offered to the side output. */
export type Admission = 'accepted' | 'late' | 'duplicate' | 'time-leap';
