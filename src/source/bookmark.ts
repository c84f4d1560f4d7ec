import { z } from 'zod';
import type { Plain } from '../event/plain.ts';
import { type Beside, beginningOf, filesBeside, isNamesake, isRotated, isSame } from './beside.ts';
import { begins, NO_PRINT, type Print } from './print.ts';

/**
 * A file that is read, or was: its content has the offsets from `base` on. It is this file by number and fingerprint,
 * whatever its name.
 */
export interface Segment {
  readonly base: number;
  /** Its real name when it was opened, where that is known: it may be in another folder than a link to it. */
  target?: string | undefined;
  dev: number;
  ino: number;
  /** Of its last change, as far as it was seen. */
  mtimeMs: number;
  print: Print;
}

/** What is known of the files behind the offsets. */
export interface Bookmark {
  /** By base. */
  readonly segments: readonly Segment[];
  /** Everything below it was read. */
  readonly end: number;
  /** Names of the columns, where there is a header. */
  readonly columns: readonly string[] | undefined;
}

const schema = z.object({
  kind: z.literal('file'),
  end: z.number(),
  columns: z.array(z.string()).nullable(),
  files: z.array(
    z.object({
      base: z.number(),
      target: z.string().optional(),
      dev: z.number(),
      ino: z.number(),
      mtimeMs: z.number(),
      bytes: z.number(),
      crc: z.number(),
    }),
  ),
});

/** As it is committed. */
export function toPlain({ segments, end, columns }: Bookmark): Plain {
  const files = segments.map(({ base, target, dev, ino, mtimeMs, print }) => {
    return { base, ...(target === undefined ? {} : { target }), dev, ino, mtimeMs, ...print };
  });
  return { kind: 'file', end, columns: columns ?? null, files };
}

/** `toPlain` backwards; undefined where this is the bookmark of another kind of source. */
export function fromPlain(plain: Plain | undefined): Bookmark | undefined {
  const { success, data } = schema.safeParse(plain);
  if (!success) return undefined;
  const segments = data.files.map(({ bytes, crc, ...file }) => ({ ...file, print: { bytes, crc } }));
  return { segments, end: data.end, columns: data.columns ?? undefined };
}

/** A segment that begins here with nothing read of it. */
export function segmentOf(
  { dev, ino, mtimeMs }: Omit<Beside, 'path' | 'size'>,
  base: number,
  target: string | undefined,
): Segment {
  return { base, target, dev, ino, mtimeMs, print: NO_PRINT };
}

/**
 * Where the content of a segment is now, at least `needed` bytes of it: under its number if its beginning is still the
 * same, whatever its name; else under a name like that of `path` with the same beginning, as a copy has it, or a packed
 * one. O(files in the folder)
 */
export async function locate(
  path: string,
  segment: Segment,
  needed: number,
): Promise<(Beside & { readonly isPacked: boolean }) | undefined> {
  const files = await filesBeside(path, segment.target);
  const same = files.filter((file) => isSame(file, segment));
  const names = [path, segment.target ?? path];
  const isCopy = (file: Beside) => names.some((name) => isNamesake(name, file.path));
  const copies = files.filter((file) => segment.print.bytes > 0 && isCopy(file));
  for (const file of [...same, ...copies]) {
    const { head, isPacked } = await beginningOf(file.path);
    if ((isPacked || file.size >= needed) && begins(head, segment.print)) return { ...file, isPacked };
  }
  return undefined;
}

/**
 * The copy of a segment that rotation made of it since it was seen last, with at least `needed` bytes. O(files in the
 * folder)
 */
export async function newerCopy(path: string, segment: Segment, needed: number): Promise<Beside | undefined> {
  const { target = path } = segment;
  for (const file of await filesBeside(path, target)) {
    if (isSame(file, segment) || file.mtimeMs <= segment.mtimeMs) continue;
    if (!isRotated(path, file.path) && !isRotated(target, file.path)) continue;
    const { head, isPacked } = await beginningOf(file.path);
    if ((isPacked || file.size >= needed) && begins(head, segment.print)) return file;
  }
  return undefined;
}

/** Whether a file with this beginning was read as one of the segments: it is the same file, or its copy. */
export function isKnown(file: Beside, head: Buffer, segments: readonly Segment[]): boolean {
  return segments.some((segment) => {
    if (segment.print.bytes === 0 || !begins(head, segment.print)) return false;
    // A short file may begin as a longer one does: a header alone.
    return isSame(file, segment) || head.length === segment.print.bytes;
  });
}
