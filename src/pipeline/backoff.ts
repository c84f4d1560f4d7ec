import type { EpochMs } from '../event/time.ts';

const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** How long to wait after try number `attempt`, from 0: doubling from half a second to a minute, less up to a fifth by `jitter` in [0, 1). */
export function backoffMs(attempt: number, jitter: number): number {
  return jittered(Math.min(FIRST_MS * 2 ** Math.min(attempt, 20), LONGEST_MS), jitter);
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** `ms` less up to a fifth by `jitter` in [0, 1): those who failed together do not come back together. */
export function jittered(ms: number, jitter: number): number {
  return ms * (1 - jitter / 5);
}

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
