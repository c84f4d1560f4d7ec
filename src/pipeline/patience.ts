import { Failure } from '../errors/failure.ts';
import { backoffMs, pause } from './backoff.ts';

/**
 * Does the work, and does it again, after longer and longer pauses, while it fails in a way that may pass; `failed` is told of each time. Resolves
 * when it is done, or once `signal` aborts. @throws Failure of another remedy
 */
export async function patiently(
  work: () => Promise<void>,
  signal: AbortSignal,
  failed: (failure: Failure) => Promise<void> | void,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure) || error.remedy !== 'retry') throw error;
      await failed(error);
      await pause(error.retryAfterMs ?? backoffMs(attempt, Math.random()), signal);
    }
  }
}
