import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 32_768;
/** CRC-32C (4), length (2), type (1) of a part of a record (LevelDB, doc/log_format.md). */
const HEADER = 7;
const FULL = 1;
const LAST = 4;

/** Fields of a version edit (LevelDB, db/version_edit.cc): what follows the tag of each. */
const NEW_FILE = 7;
const DELETED_FILE = 6;
const FIELDS: Readonly<Record<number, readonly ('number' | 'text')[]>> = {
  1: ['text'],
  2: ['number'],
  3: ['number'],
  4: ['number'],
  5: ['number', 'text'],
  [DELETED_FILE]: ['number', 'number'],
  [NEW_FILE]: ['number', 'number', 'number', 'text', 'text'],
  9: ['number'],
};

/**
 * The numbers of the tables that belong to a LevelDB. Others in its folder are half-written, by a crash or by a process
 * that runs; those that belong to it were whole before it named them. None where its manifest cannot be read: LevelDB
 * itself checks and refuses it.
 */
export async function tablesOf(folder: string): Promise<ReadonlySet<number>> {
  const tables = new Set<number>();
  for (const record of recordsIn(await manifestOf(folder))) {
    for (const { tag, numbers } of editsIn(record)) {
      if (tag === NEW_FILE) tables.add(numbers[1]);
      if (tag === DELETED_FILE) tables.delete(numbers[1]);
    }
  }
  return tables;
}

async function manifestOf(folder: string): Promise<Buffer> {
  try {
    const name = (await readFile(join(folder, 'CURRENT'), 'utf8')).trim();
    return /^MANIFEST-\d+$/.test(name) ? await readFile(join(folder, name)) : Buffer.alloc(0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function* recordsIn(bytes: Buffer): Generator<Buffer> {
  let parts: Buffer[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const left = BLOCK - (at % BLOCK);
    const [length, type] = [bytes.readUInt16LE(at + 4), bytes[at + 6]];
    if (left < HEADER || type === 0) {
      at += left;
      continue;
    }
    if (type > LAST) return;
    parts.push(bytes.subarray(at + HEADER, at + HEADER + length));
    if (type === FULL || type === LAST) {
      yield Buffer.concat(parts);
      parts = [];
    }
    at += HEADER + length;
  }
}

function* editsIn(record: Buffer): Generator<{ readonly tag: number; readonly numbers: readonly number[] }> {
  for (let at = 0; at < record.length; ) {
    const tag = varintAt(record, at);
    const fields = tag && FIELDS[tag.value];
    if (tag === undefined || fields === undefined) return;
    at = tag.next;
    const numbers: number[] = [];
    for (const field of fields) {
      const read = varintAt(record, at);
      if (read === undefined) return;
      if (field === 'number') numbers.push(read.value);
      at = read.next + (field === 'text' ? read.value : 0);
    }
    yield { tag: tag.value, numbers };
  }
}

/** Seven bits a byte, the lowest first; undefined where it does not end. */
export function varintAt(bytes: Buffer, from: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let at = from, weight = 1; at < bytes.length && weight < 2 ** 53; at++, weight *= 128) {
    value += (bytes[at] & 127) * weight;
    if (bytes[at] < 128) return { value, next: at + 1 };
  }
  return undefined;
}
