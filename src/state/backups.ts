import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { offsets } from './ledger.ts';
import { copyLevel, guarded, type Level, openLevel } from './level.ts';

/** A whole copy of the store: a database of its own, and the offset at which each task continues from it. */
interface Backup {
  readonly path: string;
  readonly number: number;
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * Whole copies of the store beside it, `backups/<number>`. Full, not incremental: damage to the live state must not
 * reach them. A copy becomes one by its rename, so a half-written one is never taken for whole.
 */
export class Backups {
  readonly #folder: string;
  readonly #keep: number;
  #list: Backup[] = [];

  private constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = keep;
  }

  /** Finds the copies; removes what is half-written. Reads the offsets of their tasks, and checks no more. */
  static async open(folder: string, keep: number): Promise<Backups> {
    const backups = new Backups(folder, keep);
    await guarded(folder, () => mkdir(folder, { recursive: true }));
    const names = await guarded(folder, () => readdir(folder));
    for (const name of names.sort()) {
      const path = join(folder, name);
      if (!/^\d+$/.test(name)) await guarded(path, () => rm(path, { recursive: true }));
      else await backups.#adopt(path, Number(name));
    }
    return backups;
  }

  /**
   * The earliest offset from which a copy would let the task continue: 0 where there is none yet, or one does not know
   * the task; undefined where none is ever taken.
   */
  earliest(task: string): number | undefined {
    if (this.#keep === 0) return undefined;
    if (this.#list.length === 0) return 0;
    return Math.min(...this.#list.map(({ offsets }) => offsets.get(task) ?? 0));
  }

  /** When the newest was finished, epoch ms; 0 where there is none. */
  async newestMs(): Promise<number> {
    const newest = this.#list.at(-1);
    return newest === undefined ? 0 : (await guarded(newest.path, () => stat(newest.path))).mtimeMs;
  }

  /** Copies `live` as it is now; then drops the copies that are too many. */
  async take(live: Level): Promise<void> {
    const number = (this.#list.at(-1)?.number ?? 0) + 1;
    const path = join(this.#folder, String(number).padStart(8, '0'));
    const partial = `${path}.partial`;
    await guarded(partial, () => rm(partial, { recursive: true, force: true }));
    await copyLevel(live, partial);
    await guarded(path, () => rename(partial, path));
    await this.#adopt(path, number);
    for (const old of this.#list.slice(0, -this.#keep))
      await guarded(old.path, () => rm(old.path, { recursive: true }));
    this.#list = this.#list.slice(-this.#keep);
  }

  /** A copy that cannot be read stays where it is, for whoever wants to look, and is not counted. */
  async #adopt(path: string, number: number): Promise<void> {
    let level: Level | undefined;
    try {
      level = await openLevel(path);
      this.#list.push({ path, number, offsets: await offsets(level) });
    } catch (error) {
      if (!(error instanceof Failure) || !error.code.startsWith('state/')) throw error;
    } finally {
      await level?.close();
    }
  }
}
