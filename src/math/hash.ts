const utf8 = new TextEncoder();
const TWO_32 = 2 ** 32;

/**
 * FNV-1a, 64 bits, of the text's UTF-8 bytes, as 16 lower-case hex digits: a constant name for a thing, the same on
 * every machine. Not for secrets. O(length). Source: Fowler, Noll, Vo; prime 2⁴⁰ + 0x1b3, so the product is a shift and
 * a small multiple of each 32-bit half.
 */
export function hash64Hex(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of utf8.encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (high * 0x1b3 + (low << 8) + Math.floor(product / TWO_32)) >>> 0;
    low = product >>> 0;
  }
  return hex(high) + hex(low);
}

/**
 * FNV-1a, 32 bits, of the text's UTF-8 bytes, with a final avalanche (MurmurHash3's), so that near texts give far
 * seeds. O(length).
 */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of utf8.encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
