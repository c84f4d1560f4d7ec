import type { EpochMs } from '../event/time.ts';

/** The last moment by which no more than `ms` that count have passed since a time. */
export type After = (timeMs: EpochMs, ms: number) => EpochMs;
