import type { Observation, Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import type { Track } from './track.ts';

/** A way to make rows of observations; what it keeps of a series hangs on the series' track. */
export interface WindowKind<Open> {
  /**
   * Takes an observation in before it moves `watermark`. Rows leave in `close`, but for one that need not wait for it.
   */
  add(track: Track<Open>, observation: Observation, rows: Row[], watermark: EpochMs): 'accepted' | 'late' | 'duplicate';
  /** Appends the rows that the watermark closes, by end time; O(1) where there is none. */
  close(watermark: EpochMs, rows: Row[], touched: (track: Track<Open>) => void): void;
  /** What is open of a series, as data. */
  snapshot(open: Open): Plain;
  /** @throws Failure state/foreign */
  restore(track: Track<Open>, plain: Plain): void;
  /** The part that belongs to no series. */
  shared(): Plain;
  /** @throws Failure state/foreign */
  restoreShared(plain: Plain | undefined): void;
}
