import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../errors/failure.ts';

const CHUNK = 256 * 1024;

/** Bytes in the order of the source; each chunk is fresh memory. */
export type Bytes = AsyncIterable<Buffer>;

/** Opens a regular file, or something else that reads like one. @throws Failure source/unreadable */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await readable(path, () => open(path, 'r'));
  if (!(await handle.stat()).isDirectory()) return handle;
  await handle.close();
  throw new Failure('source/unreadable', 'this is a folder, not a file', { where: path });
}

/**
 * What only another path, or other rights, can cure. Everything else may pass: a bad disk, no descriptors, no memory.
 */
const MISNAMED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  EISDIR: 'this is a folder, not a file',
  ENOTDIR: 'part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
};

/** What people say for the codes that a machine in trouble gives. */
const TROUBLE: Readonly<Record<string, string>> = {
  EIO: 'the disk cannot be read or written (EIO)',
  EMFILE: 'the process has no file descriptors left (EMFILE)',
  ENFILE: 'the machine has no file descriptors left (ENFILE)',
};

/**
 * Runs `work`, and says what the file system refuses in words.
 * @throws Failure source/unreadable where the path is to blame, source/io where the machine is
 */
export async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    if (cause instanceof Failure || code === undefined) throw cause;
    const misnamed = MISNAMED[code];
    if (misnamed !== undefined) throw new Failure('source/unreadable', misnamed, { where: path, cause });
    throw new Failure('source/io', TROUBLE[code] ?? `it cannot be read or written (${code})`, { where: path, cause });
  }
}

/** A file that is open, and the path that failures name. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
}

/**
 * From the handle's position, or from `position`, to the end as it is now, in chunks of `size`.
 * @throws Failure source/io
 */
export async function* rest(file: OpenFile, position: number | null = null, size = CHUNK): Bytes {
  for (let at = position; ; ) {
    const chunk = await chunkAt(file, at, size);
    if (chunk.length === 0) return;
    if (at !== null) at += chunk.length;
    yield chunk;
  }
}

/** What is at this position, or at the handle's; empty at the end. @throws Failure source/io */
export async function chunkAt({ handle, path }: OpenFile, position: number | null, size = CHUNK): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size);
  const { bytesRead } = await readable(path, () => handle.read(buffer, 0, size, position));
  return buffer.subarray(0, bytesRead);
}

/** The content from `position` on, unpacked where it is packed. @throws Failure source/unreadable */
export async function* contentFrom(path: string, position: number): Bytes {
  const handle = await openFile(path);
  try {
    let at = 0;
    for await (const chunk of unpacked(rest({ handle, path }), path)) {
      const before = Math.min(chunk.length, Math.max(0, position - at));
      at += chunk.length;
      if (before < chunk.length) yield chunk.subarray(before);
    }
  } finally {
    await handle.close();
  }
}

/** Whether gzip data begins so. */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The content, unpacked where it begins as gzip does, whatever the number of members.
 * @throws Failure source/unreadable where packed data is damaged or cut off, after all that comes before
 */
export async function* unpacked(bytes: Bytes, name: string): Bytes {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    const first = await chunks.next();
    if (first.done === true) return;
    const all = resumed(first.value, chunks);
    if (isGzip(first.value)) yield* gunzipped(all, name);
    else yield* all;
  } finally {
    await chunks.return?.();
  }
}

async function* resumed(first: Buffer, others: AsyncIterator<Buffer>): Bytes {
  yield first;
  for (let next = await others.next(); next.done !== true; next = await others.next()) yield next.value;
}

async function* gunzipped(packed: Bytes, name: string): Bytes {
  // `pipeline` reports through the stream it returns, which is read here to its end.
  const gunzip = pipeline(packed, createGunzip({ chunkSize: CHUNK }), () => {});
  try {
    yield* gunzip;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!code.startsWith('Z_')) throw cause;
    throw new Failure('source/unreadable', 'the gzip data is damaged or cut off', { where: name, cause });
  }
}
