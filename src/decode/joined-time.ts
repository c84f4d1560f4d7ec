import { Ascii } from './ascii.ts';
import { show } from './quote.ts';

const LONGEST = 128;
const SPACE = 32;

/** Puts the fields of a time together, a space between two. What it gives is good until the next. */
export class JoinedTime {
  readonly #bytes = new Uint8Array(LONGEST);
  readonly #text = new Ascii(this.#bytes);

  /** undefined where one of them is missing. `fields` [from, to): text, or numbers such as 20260301. O(length) */
  join(fields: readonly unknown[], from: number, to: number): Ascii | string | undefined {
    let length = 0;
    for (let at = from; at < to; at++) {
      const field = fields[at];
      if (field === undefined || field === null || field === '') return undefined;
      if (!(field instanceof Ascii)) return spelt(fields.slice(from, to));
      const size = field.to - field.from;
      if (length + size + 1 > LONGEST) return spelt(fields.slice(from, to));
      if (at > from) this.#bytes[length++] = SPACE;
      for (let n = 0; n < size; n++) this.#bytes[length++] = field.bytes[field.from + n];
    }
    this.#text.move(this.#bytes, 0, length);
    return this.#text;
  }
}

function spelt(fields: readonly unknown[]): string | undefined {
  if (fields.some((field) => field === undefined || field === null || field === '')) return undefined;
  return fields.map((field) => (typeof field === 'string' ? field.trim() : textOf(field))).join(' ');
}

function textOf(field: unknown): string {
  return field instanceof Ascii || typeof field === 'number' ? field.toString() : show(field);
}
