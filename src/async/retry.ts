import { Failure } from '../errors/failure.ts';
import { type Backoff, backoffMs, pause, usualBackoff } from './backoff.ts';

/** A try that lasted so long was no failed start: the waits begin anew after it. */
const SETTLED_MS = 60_000;

/** How work is tried again. */
export interface RetryOptions {
  /** Ends the tries; the work must end by it too. */
  readonly signal: AbortSignal;
  /** Whether another try may succeed. */
  readonly isTransient: (failure: Failure) => boolean;
  /** Called before each wait, which begins once it resolves. */
  readonly failed?: ((failure: Failure) => Promise<void> | void) | undefined;
  readonly backoff?: Backoff | undefined;
}

/**
 * Does the work, and does it again after longer and longer waits while its failure is transient. Undefined once the
 * signal aborts before it is done. @throws what the work throws that no other try can help
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T | undefined> {
  const { signal, isTransient, failed, backoff = usualBackoff } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const began = performance.now();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted && isAbort(error)) return undefined;
      if (!(error instanceof Failure) || !isTransient(error)) throw error;
      if (signal.aborted) return undefined;
      await failed?.(error);
      if (performance.now() - began > SETTLED_MS) attempt = 0;
      await pause(error.retryAfterMs ?? backoffMs(attempt, backoff), signal);
    }
  }
  return undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
