import type { Random } from '../../src/math/random.ts';

/** Any of these. */
export function anyOf<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random.next() * from.length)];
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x22, 0x2c, 0x30, 0x5b, 0x7b];

/** The bytes with up to four changes: a bit, a byte, some put in, left out, repeated, or an end cut off. */
export function spoiledBytes(random: Random, bytes: Uint8Array): Buffer {
  let spoiled: Buffer = Buffer.from(bytes);
  for (let changes = 1 + Math.floor(random.next() * 4); changes > 0; changes--) spoiled = changed(random, spoiled);
  return spoiled;
}

function changed(random: Random, bytes: Buffer): Buffer {
  const at = Math.floor(random.next() * (bytes.length + 1));
  const some = Math.floor(random.next() * 8);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(Math.min(at + some, bytes.length))];
  switch (Math.floor(random.next() * 6)) {
    case 0:
      return flipped(random, bytes, at);
    case 1:
      return Buffer.concat([before, Buffer.of(anyOf(random, EDGES)), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([
        before,
        Buffer.from(Array.from({ length: some }, () => random.next() * 256)),
        bytes.subarray(at),
      ]);
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, bytes.subarray(at, at + some), bytes.subarray(at)]);
    default:
      return random.next() < 0.2 ? before : bytes;
  }
}

function flipped(random: Random, bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] ^= 1 << Math.floor(random.next() * 8);
  return copy;
}

/** The text with up to four changes: a line left out, repeated or put elsewhere, a piece put in, or bytes spoiled. */
export function spoiledText(random: Random, text: string, pieces: readonly string[]): string {
  let spoiled = text;
  for (let changes = 1 + Math.floor(random.next() * 4); changes > 0; changes--) {
    const lines = spoiled.split('\n');
    const [from, to] = [Math.floor(random.next() * lines.length), Math.floor(random.next() * lines.length)];
    const at = Math.floor(random.next() * (spoiled.length + 1));
    const how = Math.floor(random.next() * 5);
    if (how === 0) spoiled = lines.toSpliced(from, 1).join('\n');
    else if (how === 1) spoiled = lines.toSpliced(to, 0, lines[from]).join('\n');
    else if (how === 2) spoiled = lines.toSpliced(from, 1).toSpliced(to, 0, lines[from]).join('\n');
    else if (how === 3) spoiled = spoiled.slice(0, at) + anyOf(random, pieces) + spoiled.slice(at);
    else spoiled = spoiledBytes(random, Buffer.from(spoiled)).toString();
  }
  return spoiled;
}
