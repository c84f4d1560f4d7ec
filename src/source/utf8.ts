import { TextDecoder } from 'node:util';
import type { Bytes } from './bytes.ts';

const LF = 10;
const CR = 13;
/** Bytes looked at to tell UTF-16 without a byte order mark. */
const LOOKED_AT = 512;

/** Whether this is the name of an encoding, by the WHATWG Encoding Standard. */
export function isEncoding(label: string): boolean {
  if (label === 'auto') return true;
  try {
    return new TextDecoder(label).encoding !== 'replacement';
  } catch {
    return false;
  }
}

/**
 * The same text as UTF-8 with LF or CRLF at the ends of lines. `auto` is UTF-8, or UTF-16 by its byte order mark or its
 * zeros. A file whose first chunk has CR and no LF ends its lines so. UTF-8 with LF passes as it is. Characters that
 * are none become U+FFFD, but in UTF-8, where they stay.
 */
export async function* utf8(bytes: Bytes, encoding: string): Bytes {
  let decoder: TextDecoder | undefined;
  let begun = false;
  let ends: 'lf' | 'cr' | undefined;
  for await (const chunk of bytes) {
    if (!begun && chunk.length > 0) {
      const label = encoding === 'auto' ? encodingOf(chunk) : new TextDecoder(encoding).encoding;
      decoder = label === 'utf-8' ? undefined : new TextDecoder(label);
      begun = true;
    }
    const text = decoder === undefined ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
    ends ??= lineEndOf(text);
    if (ends === 'cr') replaceAll(text, CR, LF);
    // An empty chunk says that nothing more came: half a character is not that.
    if (text.length > 0 || chunk.length === 0) yield text;
  }
  const rest = Buffer.from(decoder?.decode() ?? '');
  if (rest.length > 0) yield rest;
}

/** `utf-8`, `utf-16le` or `utf-16be`, by the beginning of the text. */
export function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const length = Math.min(head.length, LOOKED_AT);
  for (let at = 0; at < length; at++) if (head[at] === 0) zeros[at % 2]++;
  if (zeros[1] > length / 4 && zeros[0] === 0) return 'utf-16le';
  return zeros[0] > length / 4 && zeros[1] === 0 ? 'utf-16be' : 'utf-8';
}

/** undefined where no line ends within it for certain: what follows a CR decides. */
function lineEndOf(text: Uint8Array): 'lf' | 'cr' | undefined {
  if (text.includes(LF)) return 'lf';
  const at = text.indexOf(CR);
  return at < 0 || at === text.length - 1 ? undefined : 'cr';
}

/** In place: chunks are fresh memory. */
function replaceAll(bytes: Uint8Array, from: number, by: number): void {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes[at] = by;
}
