import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Failure } from '../errors/failure.ts';
import { damagedTables } from './table-damage.ts';

/** A LevelDB of UTF-8 keys and bytes. */
export type Level = ClassicLevel<string, Uint8Array>;

/** One step of an atomic batch. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string };

const COPY_ENTRIES = 256;

/**
 * Opens, or makes, the database in this folder, after its tables have been checked: O(bytes).
 * @throws Failure state/locked, state/corrupt, state/disk-full, state/io
 */
export async function openLevel(path: string): Promise<Level> {
  const [damaged] = await guarded(path, () => damagedTables(path));
  if (damaged !== undefined) {
    throw new Failure('state/corrupt', 'a table of the database does not fit its checksums', { where: damaged });
  }
  const level: Level = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view', compression: false });
  await guarded(path, () => level.open());
  return level;
}

/**
 * What can be read of the damaged database `from`, as a database of its own in `to`: without the tables that do not fit
 * their checksums. `from` is not changed. @throws Failure likewise
 */
export async function salvageLevel(from: string, to: string): Promise<Level> {
  await guarded(to, async () => {
    const damaged = await damagedTables(from, true);
    await rm(to, { recursive: true, force: true });
    await mkdir(to);
    for (const name of await readdir(from)) {
      const path = join(from, name);
      if (/^\d+\.(ldb|sst|log)$/.test(name) && !damaged.includes(path)) await copyFile(path, join(to, name));
    }
    await ClassicLevel.repair(to);
  });
  return await openLevel(to);
}

/**
 * Runs `work`, and turns what LevelDB and the file system throw into a `Failure`. Anything else is a bug and passes.
 */
export async function guarded<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error, where);
  }
}

/**
 * All of `from` as it is now, whatever is written to it meanwhile, into the new database `path`; durable. O(bytes), in
 * the background.
 */
export async function copyLevel(from: Level, path: string): Promise<void> {
  const to = await openLevel(path);
  const iterator = from.iterator();
  try {
    for (let more = true; more; ) {
      const entries = await guarded(path, () => iterator.nextv(COPY_ENTRIES));
      more = entries.length > 0;
      const operations = entries.map(([key, value]) => ({ type: 'put', key, value }) as const);
      await guarded(path, () => to.batch(operations, { sync: true }));
    }
  } finally {
    await iterator.close();
    await to.close();
  }
}

function translated(error: unknown, where: string): unknown {
  if (error instanceof Failure) return error;
  const chain = causes(error);
  if (!chain.some(({ code }) => code !== undefined)) return error;
  const said = chain.map(({ code, message }) => `${code ?? ''} ${message}`).join(' ');
  const details = { where, cause: error };
  if (said.includes('LEVEL_LOCKED')) {
    return new Failure('state/locked', 'the state folder is in use by another process', details);
  }
  if (/ENOSPC|No space left/.test(said)) return new Failure('state/disk-full', 'the disk is full', details);
  if (/LEVEL_CORRUPTION|Corruption:/.test(said)) {
    return new Failure('state/corrupt', 'the database does not fit its checksums', details);
  }
  return new Failure('state/io', `the state folder cannot be used (${chain.at(-1)?.message ?? ''})`, details);
}

function causes(error: unknown): readonly { readonly code: string | undefined; readonly message: string }[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return [{ code, message: error.message }, ...causes(error.cause)];
}
