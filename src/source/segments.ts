import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { readable } from './bytes.ts';
import { FRAME_HEADER, frameAt } from './frame.ts';

/** One file of an inbox: the frames from offset `start` on. */
export interface Segment {
  readonly start: number;
  readonly path: string;
}

/** The segments in a folder, made if absent, oldest first. The name of a segment is its first offset. */
export async function segmentsIn(folder: string): Promise<Segment[]> {
  await readable(folder, () => mkdir(folder, { recursive: true }));
  const names = (await readable(folder, () => readdir(folder))).filter((name) => /^\d{16}\.inbox$/.test(name));
  return names.sort().map((name) => ({ start: Number.parseInt(name, 10), path: join(folder, name) }));
}

/** The segment that begins at this offset. */
export function segmentAt(folder: string, start: number): Segment {
  return { start, path: join(folder, `${String(start).padStart(16, '0')}.inbox`) };
}

/**
 * Opens the newest segment to append to it, after what a crash left half-written is cut off: a frame that the file ends
 * before, or zeros.
 * @throws Failure source/unreadable where a whole frame does not fit its checksum: that is damage, and cutting would
 * lose what was accepted
 */
export async function openNewest({
  start,
  path,
}: Segment): Promise<{ readonly handle: FileHandle; readonly end: number }> {
  const handle = await readable(path, () => open(path, 'a+'));
  try {
    const bytes = await readable(path, () => handle.readFile());
    let end = 0;
    let size = frameAt(bytes, end);
    for (; typeof size === 'number'; size = frameAt(bytes, end)) end += size;
    if (size === 'damaged' && bytes.subarray(end).some((byte) => byte !== 0)) {
      throw new Failure('source/unreadable', `the inbox is damaged at byte ${end}`, { where: path });
    }
    await readable(path, () => handle.truncate(end));
    return { handle, end: start + end };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Forgets all segments that end at or before this offset; returns those that stay. The newest always stays. */
export async function dropBefore(segments: readonly Segment[], offset: number): Promise<Segment[]> {
  const kept = segments.findIndex((_, i) => i === segments.length - 1 || (segments[i + 1]?.start ?? 0) > offset);
  for (const { path } of segments.slice(0, kept)) await readable(path, () => rm(path, { force: true }));
  return segments.slice(kept);
}

const CHUNK = 256 * 1024;

/** Bytes [from, to) of a segment, as far as whole frames reach: at least one frame. Offsets are of the inbox. */
export async function framesBetween({ start, path }: Segment, from: number, to: number): Promise<Buffer> {
  const handle = await readable(path, () => open(path, 'r'));
  try {
    const read = (length: number) => readable(path, () => bytesAt(handle, from - start, length));
    const first = await read(Math.min(to - from, CHUNK));
    if (first.length < FRAME_HEADER) return first;
    const needed = FRAME_HEADER + first.readUInt32LE(0);
    return needed <= first.length ? first : await read(Math.min(needed, to - from));
  } finally {
    await handle.close();
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
