import type { EpochMs } from '../event/time.ts';

/**
 * What the windows remember of one series. `open` is what has not left yet; undefined where nothing is, and then this
 * is all.
 */
export interface Track<Open> {
  readonly series: string;
  /** Newest event time accepted; −∞ before. */
  latestMs: EpochMs;
  /** Time and values a repeated observation is compared with; −∞ and empty before. */
  previousMs: EpochMs;
  previous: Float64Array;
  /** Absent where the stream has none. */
  previousAttributes: Attributes;
  /** Signs of life; undefined where nobody watches for silence. */
  signs: Signs | undefined;
  /** Changed since the last `settle`. */
  changed: boolean;
  open: Open | undefined;
}

/** When something came of a series. */
export interface Signs {
  /** Event time of the task when something last came of it, or its own if that is newer; −∞ before. */
  lastSeenMs: EpochMs;
  /** Reported as silent since then, and nothing came since; undefined where it is not silent. */
  silentSinceMs: EpochMs | undefined;
  /** When that was reported; −∞ where it never was. */
  silentReportedMs: EpochMs;
  /** When each channel had a value last; undefined before. */
  seen: ChannelsSeen | undefined;
}

/** When each channel of one series had a value last; `ChannelSilence` writes it. */
export interface ChannelsSeen {
  /** [D, 5]: of each channel what `ChannelSilence` knows of it. */
  readonly cells: Float64Array;
  /** The series itself was silent until then: from then on its channels have their time to send a value. −∞ before. */
  resumedMs: EpochMs;
  /** Of its entry in the heap; others of it are stale. ∞ = none. */
  dueMs: EpochMs;
}

/** Those of a series, which it has from now on. */
export function signsOf(track: Track<unknown>): Signs {
  track.signs ??= {
    lastSeenMs: Number.NEGATIVE_INFINITY,
    silentSinceMs: undefined,
    silentReportedMs: Number.NEGATIVE_INFINITY,
    seen: undefined,
  };
  return track.signs;
}

/** See `Row`. */
export type Attributes = readonly string[] | undefined;

const NOTHING = new Float64Array(0);

/** A series of which nothing has come. */
export function newTrack<Open>(series: string): Track<Open> {
  return {
    series,
    latestMs: Number.NEGATIVE_INFINITY,
    previousMs: Number.NEGATIVE_INFINITY,
    previous: NOTHING,
    previousAttributes: undefined,
    signs: undefined,
    changed: false,
    open: undefined,
  };
}

/** Value by value, NaN equal to NaN. O(D). */
export function sameValues(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Text by text. O(A). */
export function sameAttributes(a: Attributes, b: Attributes): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.length === b.length && a.every((text, i) => text === b[i]);
}
