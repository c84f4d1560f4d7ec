import { Failure } from '../errors/failure.ts';

/** What is thrown where a snapshot of the windows is not one of this configuration. `what` names the part. */
export function foreign(what: string, cause?: unknown): Failure {
  return new Failure('state/foreign', `the windows' snapshot of ${what} was made by another configuration`, { cause });
}
