import { retry } from '../../async/retry.ts';
import type { Failure } from '../../errors/failure.ts';
import type { SourceRecord } from '../../event/record.ts';
import type { TaskSchemas } from '../plan.ts';

/**
 * Fetches the schemas that a batch needs, however long that takes; false where the signal aborts first: it is not to be
 * decoded then.
 */
export async function prepared(
  schemas: TaskSchemas | undefined,
  batch: readonly SourceRecord[],
  { signal, failed }: { readonly signal: AbortSignal; readonly failed: (failure: Failure) => void },
): Promise<boolean> {
  if (schemas === undefined) return true;
  await retry(() => schemas.prepare(batch, signal), {
    signal,
    isTransient: ({ remedy }) => remedy === 'retry',
    failed,
  });
  return !signal.aborted;
}
