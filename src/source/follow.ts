import { type FileHandle, stat } from 'node:fs/promises';
import { Failure } from '../errors/failure.ts';
import { isSame } from './beside.ts';
import type { Segment } from './bookmark.ts';
import { type Bytes, chunkAt, readable } from './bytes.ts';
import type { Growth } from './growth.ts';
import { begins, extended, PRINT_BYTES } from './print.ts';

const NOTHING = Buffer.alloc(0);
/** A file that was renamed is read until its writer has been silent for so long: it may still have it open. */
const GRACE_MS = 1_000;

/** What is followed. */
export interface Following {
  readonly handle: FileHandle;
  readonly segment: Segment;
  /** The name that another file may take. */
  readonly path: string;
  readonly growth: Growth;
  /** Whether to wait for more at the end. */
  readonly waits: boolean;
  /** Whether a copy of it has more than `length`, and is newer than what was seen of it. */
  readonly hasCopy: (length: number) => Promise<boolean>;
  /** The rest of the content behind `position`, from wherever it was copied before it was cut. */
  readonly restOfCopy: (position: number) => Bytes;
}

/**
 * What is in the file and what is appended to it, an empty chunk each time that nothing was. Ends when the signal
 * aborts; when another file has the name, all of this one is read and its writer is silent; or when the file was cut
 * and begins anew: then with the rest of its copy.
 */
export async function* followed(following: Following, signal: AbortSignal): Bytes {
  const { handle, segment, growth } = following;
  let position = 0;
  let grewAt = performance.now();
  while (!signal.aborted) {
    // Asked before reading: what was written under the old name is in the file.
    const renamed = await isRenamed(handle, following.path);
    const before = position;
    for (;;) {
      const chunk = await chunkAt(following, position);
      // Asked after reading: who takes the chunks may take their time.
      if (await isCut(following, position + chunk.length)) {
        yield* following.restOfCopy(position);
        return;
      }
      if (chunk.length === 0) break;
      segment.print = extended(segment.print, position, chunk);
      position += chunk.length;
      yield chunk;
      if (signal.aborted) return;
    }
    segment.mtimeMs = (await handle.stat()).mtimeMs;
    const now = performance.now();
    if (position > before) grewAt = now;
    const silent = now - grewAt >= GRACE_MS || Date.now() - segment.mtimeMs >= GRACE_MS;
    if (!following.waits || (renamed && silent)) return;
    if (position === before) yield NOTHING;
    await growth.wait(signal);
  }
}

/**
 * Whether it is shorter than this, or begins otherwise. A short file may begin again as it was, as with a header alone:
 * then its copy shows that it was cut.
 */
async function isCut({ handle, segment, hasCopy }: Following, length: number): Promise<boolean> {
  const { size, mtimeMs } = await handle.stat();
  if (size < length) return true;
  const head = Buffer.alloc(PRINT_BYTES);
  const { bytesRead } = await handle.read(head, 0, PRINT_BYTES, 0);
  if (!begins(head.subarray(0, bytesRead), segment.print)) return true;
  const { bytes } = segment.print;
  return bytes > 0 && bytes < PRINT_BYTES && mtimeMs > segment.mtimeMs && (await hasCopy(bytes));
}

/**
 * Whether the name belongs to another file by now. One that belongs to none yet is waited for, and so is an empty one:
 * rotation makes it before the writer, which may write on in this one.
 */
async function isRenamed(handle: FileHandle, path: string): Promise<boolean> {
  try {
    const named = await readable(path, () => stat(path));
    return (named.size > 0 || !named.isFile()) && !isSame(named, await handle.stat());
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
