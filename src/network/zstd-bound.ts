const MAGIC = 0xfd2fb528;
/** Frames that hold no data (RFC 8878, 3.1.2): 16 magic numbers. */
const SKIPPABLE = 0x184d2a50;
const BLOCK_MOST = 128 << 10;
const RAW = 0;
const RUN = 1;
const CHECKSUM_BYTES = 4;

/**
 * At most so many bytes come out of a zstd body (RFC 8878), read off its block headers: what a frame says of its size
 * may be absent, or wrong. ∞ where it is no zstd. O(blocks).
 */
export function zstdBound(body: Buffer): number {
  let bound = 0;
  for (let at = 0; at < body.length; ) {
    if (at + 8 > body.length) return Number.POSITIVE_INFINITY;
    const magic = body.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at += 8 + body.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== MAGIC) return Number.POSITIVE_INFINITY;
    const descriptor = body[at + 4];
    at += headerBytes(descriptor);
    for (let last = false; !last; ) {
      if (at + 3 > body.length) return Number.POSITIVE_INFINITY;
      const block = body.readUIntLE(at, 3);
      const kind = (block >> 1) & 3;
      const size = block >> 3;
      last = (block & 1) === 1;
      bound += kind === RAW || kind === RUN ? size : BLOCK_MOST;
      at += 3 + (kind === RUN ? 1 : size);
    }
    if ((descriptor & 4) !== 0) at += CHECKSUM_BYTES;
  }
  return bound;
}

/** Magic number, descriptor, window, dictionary and size of a frame (3.1.1.1). */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6];
  return 5 + (isSingle ? 0 : 1) + dictionary + size;
}
