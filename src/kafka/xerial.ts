/**
 * Snappy as Kafka's own clients frame it (snappy-java's SnappyOutputStream): a magic of 8 bytes, a version and the
 * lowest that can read it (two int32), then blocks: int32 length, bytes of raw snappy. Other clients write one raw
 * block without a frame. Big endian.
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const BLOCK_BYTES = 32 * 1024;

/** Bytes → framed snappy, in blocks as snappy-java cuts them. */
export async function toXerial(bytes: Buffer): Promise<Buffer> {
  const { compress } = await import('snappy');
  const parts: Buffer[] = [HEADER];
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const block = await compress(bytes.subarray(from, from + BLOCK_BYTES));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** Snappy → bytes, framed or raw. @throws Error where it is neither */
export async function fromXerial(bytes: Buffer): Promise<Buffer> {
  const { uncompress } = await import('snappy');
  const parts: Buffer[] = [];
  for (const block of xerialBlocks(bytes)) parts.push(Buffer.from(await uncompress(block, { asBuffer: true })));
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** The raw blocks, framed or not. @throws Error where it is neither */
export function* xerialBlocks(bytes: Buffer): Generator<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return void (yield bytes);
  for (let at = HEADER.length; at < bytes.length; ) {
    const start = at + 4;
    const end = start > bytes.length ? start : start + bytes.readInt32BE(at);
    if (end <= start || end > bytes.length) throw new Error(`a block of ${end - start} bytes at ${at}`);
    yield bytes.subarray(start, end);
    at = end;
  }
}
