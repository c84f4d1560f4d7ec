import { pause } from '../../async/backoff.ts';
import type { EpochMs } from '../../event/time.ts';

/** How a delivery waits; another in tests, where nobody has a minute. */
export interface Pace {
  readonly pause: typeof pause;
  /** Wall clock, epoch ms. */
  readonly now: () => EpochMs;
  /** In [0, 1). */
  readonly jitter: () => number;
}

/** The wall clock's. */
export const wallPace: Pace = { pause, now: Date.now, jitter: Math.random };
