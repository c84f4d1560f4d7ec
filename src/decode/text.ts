import { Failure } from '../errors/failure.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * UTF-8 → text, without a byte order mark. @throws Failure decode/syntax with the offset of the first byte that is none
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (cause) {
    const message = `not UTF-8 text: byte ${firstInvalid(bytes)} of the record; a file’s \`encoding\` may be windows-1252`;
    throw new Failure('decode/syntax', message, { cause });
  }
}

/** Where the first broken character begins: about there by halving, then back to what decodes. O(n log n). */
function firstInvalid(bytes: Uint8Array): number {
  let near = 0;
  let beyond = bytes.length;
  while (beyond - near > 1) {
    const middle = (near + beyond) >> 1;
    if (decodesWithin(bytes, middle)) near = middle;
    else beyond = middle;
  }
  while (near > 0 && !decodes(bytes.subarray(0, near))) near--;
  return near;
}

/**
 * Whether one of the prefixes of length `end` − 3 … `end` decodes: a character has at most four bytes, so a good one
 * may be cut.
 */
function decodesWithin(bytes: Uint8Array, end: number): boolean {
  for (let length = end; length >= Math.max(0, end - 3); length--) {
    if (decodes(bytes.subarray(0, length))) return true;
  }
  return false;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
