import { type FileHandle, stat } from 'node:fs/promises';
import { Failure } from '../errors/failure.ts';
import { type Bytes, readable, rest } from './bytes.ts';
import { Growth } from './growth.ts';

const NOTHING = Buffer.alloc(0);

/**
 * What is in the file and what is appended to it, an empty chunk each time that nothing was. Ends when the signal aborts, or when another file has taken its name and all of this one is read.
 * @throws Failure source/truncated where it becomes shorter than what was read
 */
export async function* followed(handle: FileHandle, path: string, signal: AbortSignal): Bytes {
  const growth = new Growth(path);
  let position = 0;
  try {
    while (!signal.aborted) {
      const replaced = await isReplaced(handle, path);
      const before = position;
      for await (const chunk of rest(handle)) {
        position += chunk.length;
        yield chunk;
        if (signal.aborted) return;
      }
      if (replaced) return;
      if ((await handle.stat()).size < position) {
        throw new Failure('source/truncated', `the file was cut below byte ${position}`, { where: path });
      }
      if (position === before) yield NOTHING;
      await growth.wait(signal);
    }
  } finally {
    growth.close();
  }
}

/** Whether the name stands for another file by now. A name that stands for none yet is waited for. */
async function isReplaced(handle: FileHandle, path: string): Promise<boolean> {
  const mine = await handle.stat();
  try {
    const named = await readable(path, () => stat(path));
    return named.ino !== mine.ino || named.dev !== mine.dev;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
