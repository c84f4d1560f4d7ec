import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { zstdBound } from '../network/zstd-bound.ts';
import { type Compression, codecs } from './compression.ts';
import { xerialBlocks } from './xerial.ts';

const LZ4_MAGIC = 0x184d2204;
/** Largest block, by the number in the descriptor of an LZ4 frame. */
const LZ4_BLOCK_MOST = [0, 0, 0, 0, 64 << 10, 256 << 10, 1 << 20, 4 << 20];
const UNCOMPRESSED = 0x80000000;

/**
 * The records of a batch, at most so many bytes of them: some kilobytes may hold gigabytes. What the compressed bytes
 * say of their size is checked before, and not believed where a format bounds it otherwise.
 * @throws RangeError where there are more; Error where it is not in this format
 */
export async function unpackedBatch(
  bytes: Buffer,
  codec: Exclude<Compression, 'none'>,
  most: number,
): Promise<Uint8Array> {
  if (codec === 'gzip') return await gunzipped(bytes, most);
  const bound = { snappy: snappySize, lz4: lz4Bound, zstd: zstdBound }[codec](bytes);
  if (bound > most && bound !== Number.POSITIVE_INFINITY) throw tooMuch(most);
  return await codecs[codec].decompress(bytes);
}

async function gunzipped(bytes: Buffer, most: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch(most);
    throw error;
  }
}

function tooMuch(most: number): RangeError {
  return new RangeError(`it has more than ${most} bytes once it is decompressed`);
}

/** Each raw block begins with its size, a varint, and the decoder takes no more. */
function snappySize(bytes: Buffer): number {
  let sum = 0;
  for (const block of xerialBlocks(bytes)) {
    for (let at = 0, scale = 1; at < block.length; at++, scale *= 128) {
      sum += (block[at] & 127) * scale;
      if (block[at] < 128) break;
    }
  }
  return sum;
}

/** At most so many bytes, read off the block headers of the frames; ∞ where it is no LZ4. O(blocks). */
function lz4Bound(bytes: Buffer): number {
  let bound = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 11 || bytes.readUInt32LE(at) !== LZ4_MAGIC) return Number.POSITIVE_INFINITY;
    const flags = bytes[at + 4];
    const largest = LZ4_BLOCK_MOST[(bytes[at + 5] >> 4) & 7];
    // Magic, flags, block descriptor and header checksum; size of the content and dictionary, where there are any.
    at += 7 + ((flags & 8) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0);
    for (;;) {
      if (at + 4 > bytes.length) return Number.POSITIVE_INFINITY;
      const size = bytes.readUInt32LE(at);
      at += 4;
      if (size === 0) break;
      const stored = size % UNCOMPRESSED;
      bound += size >= UNCOMPRESSED ? stored : largest;
      at += stored + ((flags & 16) !== 0 ? 4 : 0);
    }
    if ((flags & 4) !== 0) at += 4;
  }
  return bound;
}
