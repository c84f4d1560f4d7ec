import { Failure } from '../errors/failure.ts';

/** What the system would not write, as Failure cli/unwritable in its own words; a bug as it is. */
export function unwritable(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && 'code' in cause)) return cause;
  return new Failure('cli/unwritable', cause.message, { where: path, cause });
}
