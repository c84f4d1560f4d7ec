import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { isGzip, openFile, readable, rest, unpacked } from './bytes.ts';
import { PRINT_BYTES } from './print.ts';

/** A file in a folder as it was when the folder was read. */
export interface Beside {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  /** Of the last change. */
  readonly mtimeMs: number;
}

/**
 * The regular files in the folder of a file, itself included, by their last change; with those in the folder of
 * `target`, where the name was a link to. O(files in the folders)
 */
export async function filesBeside(path: string, target?: string): Promise<readonly Beside[]> {
  const folder = (await orNothing(realpath(dirname(path)))) ?? dirname(path);
  const other = target === undefined ? folder : dirname(target);
  const files = [await filesIn(folder), other === folder ? [] : await filesIn(other)].flat();
  return files.sort((a, b) => a.mtimeMs - b.mtimeMs);
}

async function filesIn(folder: string): Promise<readonly Beside[]> {
  const names = await orNothing(readdir(folder));
  const files = await Promise.all((names ?? []).map((name) => asFound(join(folder, name))));
  return files.filter((file) => file !== undefined);
}

/** The real name of a file, where links lead to it too; undefined where there is none. */
export async function targetOf(path: string): Promise<string | undefined> {
  return await orNothing(realpath(path));
}

/** What has this name now; undefined where it is no regular file, or none. */
export async function asFound(path: string): Promise<Beside | undefined> {
  const stats = await orNothing(stat(path));
  if (!stats?.isFile()) return undefined;
  const { dev, ino, size, mtimeMs } = stats;
  return { path: join(path), dev, ino, size, mtimeMs };
}

/** Whether both are the same file of the file system, whatever its name. */
export function isSame(a: Pick<Beside, 'dev' | 'ino'>, b: Pick<Beside, 'dev' | 'ino'>): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/**
 * Whether a file is named as rotation names what `path` was: `log.csv.1`, `log.csv.2.gz`, `log.csv-20260301`,
 * `log-2026-03-01.csv`, `log.csv.old`. Without the whole name in front only a date counts: `sensor-2.csv` is another
 * sensor than `sensor.csv`.
 */
export function isRotated(path: string, candidate: string): boolean {
  const extension = extname(path);
  const name = basename(candidate).replace(/\.gz$/, '');
  const whole = basename(path);
  if (name.startsWith(whole)) return /^([._-]\d[\dT:._-]*Z?|\.old)$/.test(name.slice(whole.length));
  const stem = basename(path, extension);
  if (!name.startsWith(stem) || !name.endsWith(extension)) return false;
  return /^[._-]\d{4}-?\d\d[\dT:._-]*Z?$/.test(name.slice(stem.length, name.length - extension.length));
}

/**
 * Whether a file was rotated away from what `path` was a link to: as above, or by another date in its name, as where a
 * link leads to the newest of `2026-03-01.csv`, `2026-03-02.csv`.
 */
export function isRotatedTarget(path: string, target: string, candidate: string): boolean {
  if (basename(path) === basename(target) || dirname(candidate) !== dirname(target)) return false;
  return isRotated(target, candidate) || (DATE.test(basename(target)) && isLike(target, candidate, DATE));
}

/** Whether a file is named as another that was rotated away: by other digits, whatever the rest of the name is. */
export function isRotatedLike(rotated: string, candidate: string): boolean {
  return dirname(candidate) === dirname(rotated) && isLike(rotated, candidate, /\d+/g);
}

const DATE = /\d{4}-?\d\d[\dT:._-]*Z?/;

function isLike(a: string, b: string, ignored: RegExp): boolean {
  const [one, other] = [a, b].map((path) => basename(path).replace(/\.gz$/, '').replace(ignored, '0'));
  return one === other;
}

/** Whether a copy of `path` may have this name: it begins as the name without its extension does. */
export function isNamesake(path: string, candidate: string): boolean {
  return basename(candidate).startsWith(basename(path, extname(path)));
}

/** The beginning of the content, unpacked; `isPacked` where it is gzip. Nothing of what cannot be read. */
export async function beginningOf(path: string): Promise<{ readonly head: Buffer; readonly isPacked: boolean }> {
  const parts: Buffer[] = [];
  let length = 0;
  let isPacked = false;
  try {
    const handle = await openFile(path);
    try {
      const first = Buffer.alloc(2);
      await handle.read(first, 0, 2, 0);
      isPacked = isGzip(first);
      for await (const chunk of unpacked(rest({ handle, path }, 0, PRINT_BYTES), path)) {
        parts.push(chunk);
        length += chunk.length;
        if (length >= PRINT_BYTES) break;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return { head: Buffer.concat(parts).subarray(0, PRINT_BYTES), isPacked };
}

/** What a file system refuses is not there for whoever looks around. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await readable('', () => work);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
