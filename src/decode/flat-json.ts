import { Ascii } from './ascii.ts';
import { decimal } from './decimal.ts';
import { bareEnd, NONE, numberEnd, skipSpace, stringEnd, wordEnd } from './json-bytes.ts';
import { decodeText } from './text.ts';

const NOTHING = new Uint8Array(0);
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN = 123;
const CLOSE = 125;

const WORDS = [true, false, null].map((value) => ({ value, word: new TextEncoder().encode(String(value)) }));

/**
 * Reads flat JSON objects in ASCII, as most records are, straight from their bytes: nothing is made of members that
 * nobody asked for. What it takes, `parseJson` takes too and finds the same in it. It gives up on nesting, escapes,
 * characters beyond ASCII, and on all that is no JSON.
 */
export class FlatJson {
  /**
   * By name: text as `Ascii`, all else as it is, undefined where there is none; of a member that comes twice, the last.
   * Good until the next record is read.
   */
  readonly found: unknown[];
  readonly #names: readonly Uint8Array[];
  readonly #texts: readonly Ascii[];
  /** The name to try first: records of one kind hold their members in one order. */
  #expected = 0;

  /** Undefined where a name cannot be in plain ASCII. `names`: each once. */
  static of(names: readonly string[]): FlatJson | undefined {
    return names.every((name) => /^[ !#-[\]-~]*$/.test(name)) ? new FlatJson(names) : undefined;
  }

  private constructor(names: readonly string[]) {
    this.found = names.map(() => undefined);
    this.#names = names.map((name) => new TextEncoder().encode(name));
    this.#texts = names.map(() => new Ascii(NOTHING));
  }

  /** False where it gives up; what was found means nothing then. O(bytes) */
  read(bytes: Uint8Array): boolean {
    const { found } = this;
    for (let name = 0; name < found.length; name++) found[name] = undefined;
    const open = skipSpace(bytes, 0);
    if (bytes[open] !== OPEN) return false;
    const first = skipSpace(bytes, open + 1);
    const close = bytes[first] === CLOSE ? first : this.#close(bytes, first);
    return close !== NONE && skipSpace(bytes, close + 1) === bytes.length;
  }

  /** Where the object closes whose members begin here. */
  #close(bytes: Uint8Array, first: number): number {
    for (let at = first; ; at = skipSpace(bytes, at + 1)) {
      at = this.#member(bytes, at);
      if (at === NONE) return NONE;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE) return at;
      if (bytes[at] !== COMMA) return NONE;
    }
  }

  /** Past the member that begins here. */
  #member(bytes: Uint8Array, start: number): number {
    const end = stringEnd(bytes, start);
    if (end === NONE) return NONE;
    const colon = skipSpace(bytes, end);
    if (bytes[colon] !== COLON) return NONE;
    return this.#value(bytes, skipSpace(bytes, colon + 1), this.#nameOf(bytes, start + 1, end - 1));
  }

  /** Which name this is; `NONE` where nobody asked for it. */
  #nameOf(bytes: Uint8Array, from: number, to: number): number {
    const names = this.#names;
    for (let tried = 0, name = this.#expected; tried < names.length; tried++) {
      const next = name + 1 < names.length ? name + 1 : 0;
      if (names[name].length === to - from && wordEnd(bytes, from, names[name]) === to) {
        this.#expected = next;
        return name;
      }
      name = next;
    }
    return NONE;
  }

  /** Past the value that begins here. */
  #value(bytes: Uint8Array, start: number, name: number): number {
    const code = bytes[start];
    if (code === QUOTE) return this.#text(bytes, start, name);
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.#number(bytes, start, name);
    for (const { word, value } of WORDS) {
      const end = wordEnd(bytes, start, word);
      if (end === NONE) continue;
      if (name !== NONE) this.found[name] = value;
      return end;
    }
    return this.#bare(bytes, start, name);
  }

  /** `NaN` and `Infinity`, which JSON has no words for. */
  #bare(bytes: Uint8Array, start: number, name: number): number {
    const end = bareEnd(bytes, start);
    if (end !== NONE && name !== NONE) this.found[name] = null;
    return end;
  }

  #text(bytes: Uint8Array, start: number, name: number): number {
    const end = stringEnd(bytes, start);
    if (end === NONE || name === NONE) return end;
    const text = this.#texts[name];
    text.move(bytes, start + 1, end - 1);
    this.found[name] = text.from === text.to ? '' : text;
    return end;
  }

  #number(bytes: Uint8Array, start: number, name: number): number {
    const end = numberEnd(bytes, start);
    if (end === NONE) return this.#bare(bytes, start, name);
    if (name === NONE) return end;
    const value = decimal(bytes, start, end);
    this.found[name] = Number.isNaN(value) ? Number(decodeText(bytes.subarray(start, end))) : value;
    return end;
  }
}
