import { Failure } from '../errors/failure.ts';

let listening = false;

/**
 * Whoever reads us went away, or reads no further: that comes with the write as well, and must not crash the program.
 */
function survive(): void {
  if (!listening) process.stdout.on('error', () => {});
  listening = true;
}

/**
 * Writes to standard output, and resolves when it is taken.
 * @throws Failure sink/unavailable where its reader is gone, or the signal aborts first
 */
export async function writeOut(text: string, signal: AbortSignal): Promise<void> {
  survive();
  const stopped = () => new Failure('sink/unavailable', 'stopped before standard output was written');
  if (signal.aborted) throw stopped();
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(stopped());
    signal.addEventListener('abort', abort);
    process.stdout.write(text, (cause) => {
      signal.removeEventListener('abort', abort);
      if (cause) reject(new Failure('sink/unavailable', 'standard output is closed', { cause }));
      else resolve();
    });
  });
}
