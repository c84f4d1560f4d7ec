import { decodeText } from './text.ts';

const LAST = 127;
/** No character of ASCII, and in nothing that is read. */
const OTHER = 255;

/**
 * ASCII text in place, among bytes: no string is made of it before somebody needs one. A reader moves one view on
 * from record to record, so what it found is good until it reads the next.
 */
export class Ascii {
  bytes: Uint8Array;
  from: number;
  /** Past the last byte. */
  to: number;

  /** All of these bytes, where nothing else is said. */
  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** Text written as bytes; a character beyond ASCII becomes 0xff. O(length) */
  static of(text: string): Ascii {
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      bytes[at] = code <= LAST ? code : OTHER;
    }
    return new Ascii(bytes);
  }

  move(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  toString(): string {
    return decodeText(this.bytes.subarray(this.from, this.to));
  }
}

/** O(length) */
export function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] > LAST) return false;
  return true;
}
