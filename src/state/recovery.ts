import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import { decode, encode } from '../store/codec.ts';
import { inspect } from './ledger.ts';
import { copyLevel, guarded, type Level, type Operation, openLevel, salvageLevel } from './level.ts';

/** The file that says that, and where, the log of `live` was damaged. */
export const DAMAGED = 'damaged';

const CURSORS = { gte: 'c/', lt: 'c0' };
const DELIVERY_STATES = { gte: 'n/', lt: 'n0' };
const TICKS = { gte: 'k/', lt: 'k0' };

/** Cursors, delivery state and ticks, by their keys. */
interface Salvage {
  readonly cursors: Map<string, number>;
  readonly deliveryState: Map<string, Plain>;
  readonly ticks: Map<string, Plain>;
}

/**
 * Puts the newest whole copy in the place of the damaged `live`, which is kept as `refused` until the next time. May be
 * cut short at any moment: `live` is moved only once `live.next` is complete. O(bytes).
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
  const scrap = join(folder, 'live.scrap');
  await keepSalvaged(await salvaged(live, scrap), partial);
  await guarded(folder, () => rm(scrap, { recursive: true, force: true }));
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

/**
 * Every cursor, tick and entry of delivery state in the damaged database that fits its own seal: what the sinks have is
 * not sent again, what is pending stays pending, and what wall time brought about happens again in its place. Undefined
 * where nothing can be read.
 */
async function salvaged(live: string, scrap: string): Promise<Salvage | undefined> {
  const salvage: Salvage = { cursors: new Map(), deliveryState: new Map(), ticks: new Map() };
  let level: Level | undefined;
  try {
    const found = await salvageLevel(live, scrap);
    level = found;
    await guarded(live, async () => {
      for await (const [key, value] of found.iterator(DELIVERY_STATES)) keep(salvage.deliveryState, key, value);
      for await (const [key, value] of found.iterator(CURSORS)) keep(salvage.cursors, key, value);
      for await (const [key, value] of found.iterator(TICKS)) keep(salvage.ticks, key, value);
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What can be read was read: the rest is delivered again, under the same names.
  } finally {
    await level?.close();
  }
  return level && salvage;
}

/** `Folder` wrote these, of the type of the map they are for. */
function keep<T extends Plain>(into: Map<string, T>, key: string, value: Uint8Array): void {
  try {
    into.set(key, decode(key, value) as T);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

async function keepSalvaged(salvage: Salvage | undefined, path: string): Promise<void> {
  if (salvage === undefined) return;
  const level = await openLevel(path);
  try {
    for (const [key, next] of salvage.cursors) {
      const old = await level.get(key);
      const kept = Math.max(next, old === undefined ? 0 : (decode(key, old) as number));
      await guarded(path, () => level.put(key, encode(key, kept), { sync: true }));
    }
    // Those of the copy belong to cursors of long ago.
    const stale = await guarded(path, () => level.keys(DELIVERY_STATES).all());
    const operations: Operation[] = stale.map((key) => ({ type: 'del', key }));
    for (const [key, kept] of [...salvage.deliveryState, ...salvage.ticks]) {
      operations.push({ type: 'put', key, value: encode(key, kept) });
    }
    await guarded(path, () => level.batch(operations, { sync: true }));
  } finally {
    await level.close();
  }
}
