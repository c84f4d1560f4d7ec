import type { EpochMs } from '../event/time.ts';
import { type LocalTime, newYorkTime } from './local-time.ts';

/** A moment at which every series of a regular world reports. */
export interface ReportTime {
  readonly timeMs: EpochMs;
  readonly iso: string;
  readonly local: LocalTime;
}

/** start, start + step, … below end. */
export function* ticks(startMs: EpochMs, endMs: EpochMs, stepMs: number): Generator<ReportTime> {
  for (let n = 0; startMs + n * stepMs < endMs; n++) {
    const timeMs = startMs + n * stepMs;
    yield { timeMs, iso: new Date(timeMs).toISOString(), local: newYorkTime(timeMs) };
  }
}
