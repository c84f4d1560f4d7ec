import { closeSync, constants, openSync, readSync } from 'node:fs';

/** How long a pipe may give nothing, and how often it is asked. */
const PATIENCE_MS = 2_000;
const ASK_MS = 5;
const CHUNK = 65_536;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is no folder',
};

/**
 * The text of a file, or why it cannot be read; no more than `most` bytes, and no longer than 2 s without any:
 * `/dev/zero` has no end, and a pipe that nobody writes to has no beginning. A running process reads it too, at a
 * reload.
 */
export function readBounded(path: string, most: number): { readonly text: string } | { readonly fault: string } {
  try {
    // Opening a pipe would wait for its writer otherwise.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = bytesOf(file, most);
      if (bytes === undefined) return { fault: `it gives nothing for ${PATIENCE_MS} ms` };
      return bytes.length > most ? { fault: `it has more than ${most} bytes` } : { text: bytes.toString('utf8') };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { fault: REASONS[code] ?? code };
  }
}

/** At most one chunk more than `most` bytes; undefined where nothing comes. */
function bytesOf(file: number, most: number): Buffer | undefined {
  const parts: Buffer[] = [];
  let length = 0;
  let since = performance.now();
  while (length <= most) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const read = readNow(file, chunk);
    if (read === 0) break;
    if (read !== undefined) {
      parts.push(chunk.subarray(0, read));
      length += read;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE_MS) return undefined;
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ASK_MS);
  }
  return Buffer.concat(parts);
}

/** Undefined where there is nothing yet. */
function readNow(file: number, chunk: Buffer): number | undefined {
  try {
    return readSync(file, chunk, 0, chunk.length, null);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
