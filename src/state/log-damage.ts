import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 32_768;
/** Masked CRC-32C of type and data (4), length (2), type (1). */
const HEADER = 7;
const MASK_DELTA = 0xa282ead8;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/**
 * Where a LevelDB's log holds a record that is whole and does not fit its checksum, as `file@offset`; undefined where
 * there is none. LevelDB itself leaves such records out when it opens, and says nothing: ask before. A record cut off
 * at the end of the file is no damage but a write that a crash ended. O(bytes of the logs), at most a few MB (LevelDB,
 * doc/log_format.md).
 */
export async function logDamage(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  for (const name of await readdir(folder)) {
    if (!/^\d+\.log$/.test(name)) continue;
    const path = join(folder, name);
    const at = firstDamage(await readFile(path));
    if (at !== undefined) return `${path}@${at}`;
  }
  return undefined;
}

function firstDamage(bytes: Buffer): number | undefined {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const left = BLOCK - (at % BLOCK);
    const length = bytes.readUInt16LE(at + 4);
    // Fewer bytes than a header end a block; nothing but zeros is space that was never written.
    if (left < HEADER || isUnwritten(bytes, at)) {
      at += left;
      continue;
    }
    if (HEADER + length > left) return at;
    const end = at + HEADER + length;
    if (end > bytes.length) return undefined;
    if (masked(crc32c(bytes.subarray(at + 6, end))) !== bytes.readUInt32LE(at)) return at;
    at = end;
  }
  return undefined;
}

function isUnwritten(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) === 0 && bytes.readUInt16LE(at + 4) === 0 && bytes[at + 6] === 0;
}

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}
