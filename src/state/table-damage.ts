import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { tablesOf, varintAt } from './manifest.ts';

/** Two block handles, padded, and the magic number (LevelDB, doc/table_format.md). */
const FOOTER = 48;
const MAGIC = 0xdb4775248b80fb57n;
const MASK_DELTA = 0xa282ead8;
/** The kind of a block, which is not compressed here, and the masked CRC-32C over both. */
const TRAILER = 5;
/** No block is that large: entries have at most some megabytes. */
const LARGEST_BLOCK = 2 ** 30;

/** A part of a table file. */
interface Span {
  readonly at: number;
  readonly size: number;
}

/**
 * The tables of a LevelDB, by path, that do not fit their checksums. LevelDB looks at them only where it reads, and
 * reading a block of zeros ends the process by an assertion that nothing can catch: ask before. O(bytes of the tables),
 * a block in memory at a time. `all`: also those in its folder that do not belong to it, which may be half-written.
 */
export async function damagedTables(folder: string, all = false): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const own = await tablesOf(folder);
  const names = (await readdir(folder)).filter((name) => /^\d+\.(ldb|sst)$/.test(name)).sort();
  const found: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if ((all || own.has(Number.parseInt(name, 10))) && !(await isWhole(path))) found.push(path);
  }
  return found;
}

/** One that is gone by now is another process's matter: it was merged into a newer one. */
async function isWhole(path: string): Promise<boolean> {
  if (!existsSync(path)) return true;
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size < FOOTER) return false;
    const footer = await bytesOf(handle, { at: size - FOOTER, size: FOOTER });
    if (footer.readBigUInt64LE(FOOTER - 8) !== MAGIC) return false;
    const meta = handleAt(footer, 0);
    const index = meta && handleAt(footer, meta.next);
    if (meta === undefined || index === undefined || (await wholeBlock(handle, meta.span)) === undefined) return false;
    const blocks = await wholeBlock(handle, index.span);
    const spans = blocks && spansIn(blocks);
    if (spans === undefined) return false;
    for (const span of spans) if ((await wholeBlock(handle, span)) === undefined) return false;
    return true;
  } finally {
    await handle.close();
  }
}

/** The content of a block; undefined where it does not fit its checksum, or ends after the file. */
async function wholeBlock(handle: FileHandle, { at, size }: Span): Promise<Buffer | undefined> {
  if (size > LARGEST_BLOCK) return undefined;
  const bytes = await bytesOf(handle, { at, size: size + TRAILER });
  if (bytes.length < size + TRAILER) return undefined;
  return masked(crc32c(bytes.subarray(0, size + 1))) === bytes.readUInt32LE(size + 1)
    ? bytes.subarray(0, size)
    : undefined;
}

/** The blocks that an index names: each entry is three lengths, a key and the handle of a block. */
function spansIn(index: Buffer): readonly Span[] | undefined {
  if (index.length < 4) return undefined;
  const end = index.length - 4 * (1 + index.readUInt32LE(index.length - 4));
  const spans: Span[] = [];
  for (let at = 0; at < end; ) {
    const lengths: number[] = [];
    for (let n = 0; n < 3; n++) {
      const read = varintAt(index, at);
      if (read === undefined) return undefined;
      lengths.push(read.value);
      at = read.next;
    }
    const [, fresh, valueLength] = lengths;
    const found = handleAt(index, at + fresh);
    if (found === undefined) return undefined;
    spans.push(found.span);
    at += fresh + valueLength;
  }
  return spans;
}

function handleAt(bytes: Buffer, from: number): { readonly span: Span; readonly next: number } | undefined {
  const at = varintAt(bytes, from);
  const size = at && varintAt(bytes, at.next);
  return size && { span: { at: at.value, size: size.value }, next: size.next };
}

async function bytesOf(handle: FileHandle, { at, size }: Span): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  const { bytesRead } = await handle.read(buffer, 0, size, at);
  return buffer.subarray(0, bytesRead);
}

function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}
