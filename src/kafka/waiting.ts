import { retry } from '../async/retry.ts';
import type { Failure } from '../errors/failure.ts';
import { isPassing } from './failure.ts';

/** Between tries to reach the brokers: the last of them come soon after the brokers are back. */
export const BACKOFF = { firstMs: 100, longestMs: 2_000, jitter: Math.random };

/** Who waits for the brokers, as it learns of them. */
export interface Waiting {
  failed(failure: Failure): void;
  answered(): void;
}

/** How long it is asked, and who waits. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly waiting: Waiting;
  /** `isPassing` where absent. */
  readonly isTransient?: ((failure: Failure) => boolean) | undefined;
}

/**
 * Asks until the brokers answer, however long that takes: the one way in which anything here is tried again that no
 * transaction depends on. Undefined once the signal aborts.
 * @throws Failure that waiting does not help
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  { signal, waiting, isTransient = isPassing }: Asking,
): Promise<T | undefined> {
  const { failed } = waiting;
  const answer = await retry(ask, { signal, isTransient, failed, backoff: BACKOFF });
  // Whoever only stops asking was not answered: another may ask under the same name by now.
  if (answer !== undefined) waiting.answered();
  return answer;
}
