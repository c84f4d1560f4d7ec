import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { decode, encode } from './codec.ts';
import { inspect } from './ledger.ts';
import { copyLevel, guarded, type Level, openLevel } from './level.ts';

/** The file that says that, and where, the log of `live` was damaged. */
export const DAMAGED = 'damaged';

type Cursors = ReadonlyMap<string, number>;

/**
 * Puts the newest whole copy in the place of the damaged `live`, which is kept as `refused` until the next time. May be cut short at any
 * moment: `live` is moved only once `live.next` is complete. O(bytes).
 * @throws Failure the one given, where no copy is whole
 */
export async function fallBack(folder: string, failure: Failure): Promise<void> {
  const live = join(folder, 'live');
  const next = join(folder, 'live.next');
  const backup = await newestWhole(join(folder, 'backups'), failure);
  const partial = join(folder, 'live.partial');
  try {
    await guarded(folder, () => rm(partial, { recursive: true, force: true }));
    await copyLevel(backup, partial);
  } finally {
    await backup.close();
  }
  await keepCursors(await salvaged(live), partial);
  await guarded(folder, async () => {
    await rm(join(folder, 'refused'), { recursive: true, force: true });
    await rm(next, { recursive: true, force: true });
    await rename(partial, next);
    await rename(live, join(folder, 'refused'));
    await rename(next, live);
    await rm(join(folder, DAMAGED), { force: true });
  });
}

async function newestWhole(folder: string, failure: Failure): Promise<Level> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names
    .filter((each) => /^\d+$/.test(each))
    .sort()
    .reverse()) {
    const level = await wholeOrNothing(join(folder, name));
    if (level !== undefined) return level;
  }
  throw failure;
}

async function wholeOrNothing(path: string): Promise<Level | undefined> {
  let level: Level | undefined;
  try {
    level = await openLevel(path);
    await inspect(level);
    return level;
  } catch (error) {
    await level?.close();
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Every cursor of the damaged database that fits its own seal: what the sinks have is not sent again. */
async function salvaged(live: string): Promise<Cursors> {
  const cursors = new Map<string, number>();
  let level: Level | undefined;
  try {
    const found = await openLevel(live);
    level = found;
    await guarded(live, async () => {
      for await (const [key, value] of found.iterator({ gte: 'c/', lt: 'c0' })) {
        const next = readable(key, value);
        if (next !== undefined) cursors.set(key, next);
      }
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What can be read was read: the rest is delivered again, under the same names.
  } finally {
    await level?.close();
  }
  return cursors;
}

function readable(key: string, value: Uint8Array): number | undefined {
  try {
    return decode(key, value) as number;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function keepCursors(cursors: Cursors, path: string): Promise<void> {
  const level = await openLevel(path);
  try {
    for (const [key, next] of cursors) {
      const old = await level.get(key);
      const kept = Math.max(next, old === undefined ? 0 : (decode(key, old) as number));
      await guarded(path, () => level.put(key, encode(key, kept), { sync: true }));
    }
  } finally {
    await level.close();
  }
}
