import process from 'node:process';
import { Failure } from '../errors/failure.ts';

/** 1 failure, 2 usage, 78 configuration (EX_CONFIG). */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Failure)) return 1;
  if (error.code === 'cli/bad-flag') return 2;
  return error.remedy === 'fix-config' ? 78 : 1;
}

/** Whether a write to standard output failed because whoever read it has seen enough (`| head`). */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Failure && error.code === 'sink/unavailable' && isEpipe(error.cause);
}

/** What else goes wrong with standard output ends the program; that nobody reads it any more does not. */
export function outliveReader(): void {
  process.stdout.on('error', (error) => {
    if (!isEpipe(error)) fail(error);
  });
}

function isEpipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/**
 * Prints what went wrong, one line for people, the stack too where it is a bug; and ends with the code of its kind.
 * Quietly, and with 0, where only nobody reads us any more.
 */
export function fail(error: unknown): never {
  if (isClosedPipe(error)) process.exit(0);
  if (error instanceof Failure) process.stderr.write(`surprisal: ${error.describe()}\n`);
  else process.stderr.write(`surprisal: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(exitCodeOf(error));
}
