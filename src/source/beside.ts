import { readdir, stat } from 'node:fs/promises';
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

/** The regular files in the folder of a file, itself included, by their last change. O(files in the folder) */
export async function filesBeside(path: string): Promise<readonly Beside[]> {
  const folder = dirname(path);
  const names = await orNothing(readdir(folder));
  const files = await Promise.all((names ?? []).map((name) => asFound(join(folder, name))));
  return files.filter((file) => file !== undefined).sort((a, b) => a.mtimeMs - b.mtimeMs);
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
