import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../errors/failure.ts';

const CHUNK = 256 * 1024;

/** Bytes in the order they stand in the source; each chunk is fresh memory. */
export type Bytes = AsyncIterable<Buffer>;

/** Opens a regular file, or something else that reads like one. @throws Failure source/unreadable */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await readable(path, () => open(path, 'r'));
  if (!(await handle.stat()).isDirectory()) return handle;
  await handle.close();
  throw new Failure('source/unreadable', 'this is a folder, not a file', { where: path });
}

/** Runs `work`, and says what the file system refuses in words. */
export async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (cause instanceof Failure || code === undefined) throw cause;
    const what = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : String(code);
    throw new Failure('source/unreadable', what, { where: path, cause });
  }
}

/** From the handle's position to the end as it is now. */
export async function* rest(handle: FileHandle): Bytes {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
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
