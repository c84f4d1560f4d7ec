import process from 'node:process';
import { Failure } from '../errors/failure.ts';

/** 1 failure, 2 usage, 78 configuration (EX_CONFIG). */
export function exitCodeOf(error: unknown): number {
  return error instanceof Failure && error.remedy === 'fix-config' ? 78 : 1;
}

/** Prints what went wrong, one line for people, the stack too where it is a bug; and ends with the code of its kind. */
export function fail(error: unknown): never {
  if (error instanceof Failure) process.stderr.write(`surprisal: ${error.describe()}\n`);
  else process.stderr.write(`surprisal: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(exitCodeOf(error));
}
