/**
 * Milliseconds since 1970-01-01T00:00:00Z, in event time unless a name says otherwise. May be fractional, never NaN.
 */
export type EpochMs = number;

/** Lengths in milliseconds. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;
