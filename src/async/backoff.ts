/** Waits between tries: from the first, doubling, to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** In [0, 1): takes up to a fifth off a wait. */
  readonly jitter: () => number;
}

/** Half a second to a minute, with jitter. */
export const usualBackoff: Backoff = { firstMs: 500, longestMs: 60_000, jitter: Math.random };

/** How long to wait after try number `attempt`, from 0. */
export function backoffMs(attempt: number, { firstMs, longestMs, jitter }: Backoff = usualBackoff): number {
  return jittered(Math.min(firstMs * 2 ** Math.min(attempt, 20), longestMs), jitter());
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
