import type { Ascii } from './ascii.ts';

/** Texts kept, then all are forgotten. */
const KEPT = 65_536;

/**
 * Strings of text that comes again and again, found by its bytes: the same string each time, so that looking it up
 * elsewhere compares no letters.
 */
export class KnownText {
  /** By hash; of two texts with one hash, the last. */
  readonly #strings = new Map<number, string>();

  /** The string that was kept of this text; undefined where there is none, or none any more. O(length) */
  find(text: Ascii): string | undefined {
    const known = this.#strings.get(hash(text));
    return known !== undefined && spells(known, text) ? known : undefined;
  }

  /** Keeps the string of a text, and gives it back. O(length) */
  keep(text: Ascii, string: string): string {
    if (this.#strings.size >= KEPT) this.#strings.clear();
    this.#strings.set(hash(text), string);
    return string;
  }
}

/** FNV-1a of 32 bits (Fowler, Noll and Vo). */
function hash({ bytes, from, to }: Ascii): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash;
}

function spells(string: string, { bytes, from, to }: Ascii): boolean {
  if (string.length !== to - from) return false;
  for (let at = 0; at < string.length; at++) if (string.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
