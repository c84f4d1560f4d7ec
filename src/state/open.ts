import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { seal } from '../store/seal.ts';
import type { Store } from '../store/store.ts';
import { Backups } from './backups.ts';
import { Folder } from './folder.ts';
import { FOLDER_VERSION, META } from './keys.ts';
import { inspect, type Ledger } from './ledger.ts';
import { guarded, type Level, type Operation, openLevel } from './level.ts';
import { logDamage } from './log-damage.ts';
import type { StateOptions } from './options.ts';
import { DAMAGED, fallBack } from './recovery.ts';

const FOLDER = seal(META, new Uint8Array(0), FOLDER_VERSION);

/** Something an operator wants to know of the state; the failure says what and where. */
export interface StateEvent {
  readonly what: 'fell-back' | 'backup-taken' | 'backup-failed';
  readonly failure?: Failure | undefined;
}

/** What the store depends on. */
export interface StateDependencies {
  /** Wall clock, epoch ms: when the next backup is due, and nothing else. */
  readonly now: () => number;
  readonly report: (event: StateEvent) => void;
}

interface Opened {
  readonly level: Level;
  readonly tasks: ReadonlyMap<string, Ledger>;
}

/**
 * Opens the store in `options.folder`: `live` (the database), `backups/<n>` (whole copies), `refused` (the last live
 * database that did not fit its checksums), `created` (says that `live` was written once), `damaged` (says where its
 * log was damaged). Reads all of the live state to check it: O(bytes). Where it is damaged, the newest whole copy takes
 * its place: its state, offsets and outbox belong together, so the tasks make again, alike and under the same sequence
 * numbers, what came after; the sinks' cursors are kept, so nothing is delivered twice.
 * @throws Failure state/locked, state/foreign, state/disk-full, state/io; state/corrupt where no copy is whole either
 */
export async function openFolder(options: StateOptions, dependencies: StateDependencies): Promise<Store> {
  const folder = options.folder;
  await guarded(folder, () => mkdir(folder, { recursive: true }));
  const { level, tasks } = await openLive(folder, dependencies);
  try {
    const backups = await Backups.open(join(folder, 'backups'), options.backups);
    return await start({ level, tasks }, backups, { ...options, ...dependencies });
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function openLive(folder: string, { report }: StateDependencies): Promise<Opened> {
  const live = join(folder, 'live');
  // A fall-back that was cut short after it moved the damaged database away: the new one is complete.
  if (!existsSync(live) && existsSync(`${live}.next`)) await guarded(live, () => rename(`${live}.next`, live));
  try {
    return await openChecked(folder);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'state/corrupt') throw error;
    await fallBack(folder, error);
    report({ what: 'fell-back', failure: error });
    return await openChecked(folder);
  }
}

async function openChecked(folder: string): Promise<Opened> {
  const created = join(folder, 'created');
  const live = join(folder, 'live');
  const damage = await guarded(live, () => logDamage(live));
  const level = await openLevel(live);
  try {
    await refuseDamaged(folder, damage);
    if (!existsSync(created)) {
      await guarded(folder, () => level.put(META, FOLDER, { sync: true }));
      await guarded(created, () => writeFile(created, '', { flush: true }));
    }
    const { tasks, leftovers } = await inspect(level);
    const removals: Operation[] = leftovers.map((key) => ({ type: 'del', key }));
    await guarded(live, () => level.batch([...removals, { type: 'put', key: META, value: FOLDER }]));
    return { level, tasks };
  } catch (error) {
    await level.close();
    throw error;
  }
}

/**
 * Opened, the log is whole again, without what was damaged: so the folder remembers it, until a copy takes its place.
 */
async function refuseDamaged(folder: string, damage: string | undefined): Promise<void> {
  const path = join(folder, DAMAGED);
  if (damage !== undefined) await guarded(path, () => writeFile(path, damage, { flush: true }));
  if (!existsSync(path)) return;
  const where = await guarded(path, () => readFile(path, 'utf8'));
  throw new Failure('state/corrupt', 'the log of the database does not fit its checksums', { where });
}

async function start(opened: Opened, backups: Backups, settings: StateOptions & StateDependencies): Promise<Store> {
  const { level, tasks } = opened;
  let takenMs = await backups.newestMs();
  let taking: Promise<void> = Promise.resolve();
  let busy = false;
  const take = async () => {
    try {
      await backups.take(level);
      settings.report({ what: 'backup-taken' });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      settings.report({ what: 'backup-failed', failure: error });
    } finally {
      busy = false;
    }
  };
  return new Folder(level, tasks, {
    committed() {
      if (busy || settings.backups === 0 || settings.now() - takenMs < settings.backup_interval) return;
      busy = true;
      takenMs = settings.now();
      taking = take();
    },
    earliest: (task) => backups.earliest(task),
    closing: () => taking,
  });
}
