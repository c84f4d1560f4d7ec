import { type Backoff, backoffMs, pause, usualBackoff } from './backoff.ts';

/** A try that lasted so long was no failed start: the waits begin anew after it. */
const SETTLED_MS = 60_000;

/** What a try threw; it may say itself how long to wait before the next. */
type Thrown = Error & { readonly retryAfterMs?: number | undefined };

/** How work is tried again whose failures are `E`s. */
export interface AgainOptions<E extends Thrown> {
  /** Ends the tries; the work must end by it too. */
  readonly signal: AbortSignal;
  /** The failure, where another try may succeed; undefined = no other try can help. */
  readonly transient: (error: unknown) => E | undefined;
  /** Called before each wait, which begins once it resolves. */
  readonly failed?: ((failure: E) => Promise<void> | void) | undefined;
  readonly backoff?: Backoff | undefined;
}

/**
 * Does the work, and does it again after longer and longer waits while its failure is transient: the one loop that
 * tries again, in the service as in the browser. Undefined once the signal aborts before it is done.
 * @throws what the work throws that no other try can help
 */
export async function again<T, E extends Thrown>(
  work: () => Promise<T>,
  { signal, transient, failed, backoff = usualBackoff }: AgainOptions<E>,
): Promise<T | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    const began = performance.now();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted && isAbort(error)) return undefined;
      const failure = transient(error);
      if (failure === undefined) throw error;
      if (signal.aborted) return undefined;
      await failed?.(failure);
      if (performance.now() - began > SETTLED_MS) attempt = 0;
      await pause(failure.retryAfterMs ?? backoffMs(attempt, backoff), signal);
    }
  }
  return undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
