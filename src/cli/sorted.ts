import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Decoder, decoder } from '../decode/decoder.ts';
import type { Mapping } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import type { EpochMs } from '../event/time.ts';
import type { Source } from '../source/source.ts';
import { guarded, type Level, openLevel } from '../state/level.ts';

const BATCH = 1_000;
const HEADER = 32;

/**
 * A source in the order of its event times; records of one time, and those whose time cannot be read, stay behind the
 * one before them. All of it goes through a LevelDB in the folder for temporary files, which sorts in some megabytes of
 * memory and takes as much disk as the records. Read once, from the beginning.
 */
export function sorted(source: Source, mapping: Mapping): Source {
  return {
    name: source.name,
    columns: async (signal) => await source.columns?.(signal),
    async *read(_from, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'surprisal-sort-'));
      const level = await openLevel(join(folder, 'records'));
      try {
        // A bad value is no bad time.
        await fill(level, source, decoder(mapping, [], await source.columns?.(signal)), signal);
        yield* inOrder(level, folder);
      } finally {
        await level.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
    close: async () => await source.close(),
  };
}

async function fill(level: Level, source: Source, decoder: Decoder, signal: AbortSignal): Promise<void> {
  let timeMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  for await (const batch of source.read(0, signal)) {
    const operations = batch.map((record) => {
      timeMs = timeOf(record, decoder) ?? timeMs;
      return { type: 'put', key: keyOf(timeMs, count++), value: packed(record) } as const;
    });
    await guarded(source.name, () => level.batch(operations));
  }
}

async function* inOrder(level: Level, folder: string): AsyncGenerator<readonly SourceRecord[]> {
  const values = level.values();
  try {
    for (;;) {
      const batch = await guarded(folder, () => values.nextv(BATCH));
      if (batch.length === 0) return;
      yield batch.map(unpacked);
    }
  } finally {
    await values.close();
  }
}

function timeOf(record: SourceRecord, decoder: Decoder): EpochMs | undefined {
  if (record.cutFrom !== undefined) return undefined;
  try {
    return decoder.decode(record).timeMs;
  } catch (error) {
    if (error instanceof Failure && error.remedy === 'skip-record') return undefined;
    throw error;
  }
}

/** Text in the order of the numbers: the bits of a double are, once those of negative ones are turned over. */
function keyOf(timeMs: EpochMs, count: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, timeMs);
  const word = bits.getBigUint64(0);
  const ordered = word >> 63n === 1n ? ~word & 0xffff_ffff_ffff_ffffn : word | 0x8000_0000_0000_0000n;
  return ordered.toString(16).padStart(16, '0') + count.toString(16).padStart(12, '0');
}

function packed({ value, offset, next, line, cutFrom = -1 }: SourceRecord): Uint8Array {
  const bytes = Buffer.allocUnsafe(HEADER + value.length);
  for (const [at, number] of [offset, next, line, cutFrom].entries()) bytes.writeDoubleLE(number, at * 8);
  bytes.set(value, HEADER);
  return bytes;
}

function unpacked(view: Uint8Array): SourceRecord {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const [offset, next, line, cutFrom] = [0, 8, 16, 24].map((at) => bytes.readDoubleLE(at));
  const record = { value: bytes.subarray(HEADER), offset, next, line };
  return cutFrom < 0 ? record : { ...record, cutFrom };
}
