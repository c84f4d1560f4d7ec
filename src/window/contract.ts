import type { Admission, Observation, Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import type { Silence, SilenceEnd } from './silence.ts';

/**
 * The windows of one task. Everything happens in `push` and `tick`, in event time: when and how often the rest is asked
 * changes nothing. Observations belong to the windows from `push` on: their values must not be written again.
 */
export interface Windows {
  /**
   * Event time − out of orderness; −∞ before the first. Never goes back, but once: where the first time of all was far
   * ahead of the second series'.
   */
  readonly watermark: EpochMs;
  /** Event time of the task: the newest that two of its series have reached, see `Clock`; −∞ before the first. */
  readonly time: EpochMs;
  /**
   * `late`: it belongs to what has closed. `duplicate`: time and values of an observation of its series that came
   * before.
   * `time-leap`: too far ahead to believe, see `Clock`. `arrivedMs`: when its record came, where its source says that.
   * Amortised O(1) in windows of one event with nothing out of order; else O(log n).
   */
  push(observation: Observation, arrivedMs?: EpochMs): Admission;
  /** Whether `fallSilent` would find a series. O(1) amortised. */
  fallsSilent(timeMs: EpochMs): boolean;
  /**
   * Wall time moved on to what would be this event time, and nothing came: series that have sent nothing for longer
   * than `silent_after` by then have fallen silent. Moves no watermark, so nothing closes and nothing becomes late.
   */
  fallSilent(timeMs: EpochMs): void;
  /** Newest event time accepted of a series; undefined where it is not known. O(1). */
  latestMs(series: string): EpochMs | undefined;
  /**
   * Rows closed since last asked: by end time (per event: by time, within a series), ties by series (per event: by
   * arrival). O(1).
   */
  take(): readonly Row[];
  /**
   * Series that fell silent since last asked, and channels of series that send, each once until it speaks again. Empty
   * without `silent_after`. O(1).
   */
  silent(): readonly Silence[];
  /** How many series, and channels of series that send, are silent now. O(series · channels). */
  readonly silences: number;
  /** Silences that ended since last asked. O(1). */
  resumed(): readonly SilenceEnd[];
  /** Names of the series whose snapshot changed since `settle`, forgotten ones included, each once. */
  changed(): Iterable<string>;
  settle(): void;
  /** State of a series; undefined where it is not known. O(what is open of it). */
  snapshot(series: string): Plain | undefined;
  /** Does not count as a change. @throws Failure state/foreign */
  restore(series: string, plain: Plain): void;
  /** The part of the state that belongs to no series; small. Rows, silences and their ends must have been taken. */
  clock(): Plain;
  /** @throws Failure state/foreign */
  restoreClock(plain: Plain): void;
  /**
   * Drops a series with all that is open of it: its next observation is its first. Returns the silences, if they were
   * reported, that nothing can end any more.
   */
  forget(series: string): readonly Silence[];
}

/** The last moment by which no more than `ms` that count have passed since a time. */
export type After = (timeMs: EpochMs, ms: number) => EpochMs;
