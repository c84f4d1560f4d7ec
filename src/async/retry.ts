import { Failure } from '../errors/failure.ts';
import { type AgainOptions, again } from './again.ts';

/** How work is tried again that throws `Failure`s. */
export interface RetryOptions extends Omit<AgainOptions<Failure>, 'transient'> {
  /** Whether another try may succeed. */
  readonly isTransient: (failure: Failure) => boolean;
}

/**
 * Tries work again while it throws a `Failure` that is transient, as `again` does; anything else that it throws is a
 * bug. Undefined once the signal aborts before it is done. @throws what the work throws that no other try can help
 */
export async function retry<T>(
  work: () => Promise<T>,
  { isTransient, ...options }: RetryOptions,
): Promise<T | undefined> {
  const transient = (error: unknown) => (error instanceof Failure && isTransient(error) ? error : undefined);
  return await again(work, { ...options, transient });
}
