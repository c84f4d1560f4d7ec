import { Ascii } from './ascii.ts';

const NOTHING = new Uint8Array(0);
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const BEYOND_ASCII = 128;

/**
 * Splits CSV rows in ASCII and without quotes, as most are, where they are in their bytes. It finds the cells that
 * `splitRow` finds, and gives up on quotes, on characters beyond ASCII, and on another number of cells than there are
 * columns, but for empty ones at the end.
 */
export class FlatCsv {
  /** By column; '' where the cell is empty. Good until the next record is read. */
  readonly cells: (Ascii | '')[];
  readonly #texts: readonly Ascii[];
  readonly #delimiter: number;

  constructor(columns: number, delimiter: string) {
    this.#texts = Array.from({ length: columns }, () => new Ascii(NOTHING));
    this.cells = [...this.#texts];
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** False where it gives up; what was found means nothing then. O(bytes) */
  read(bytes: Uint8Array): boolean {
    const columns = this.cells.length;
    const end = withoutLineEnd(bytes);
    let column = 0;
    let from = 0;
    for (let at = 0; at < end; at++) {
      const code = bytes[at];
      if (code === QUOTE || code >= BEYOND_ASCII) return false;
      if (code !== this.#delimiter) continue;
      if (column + 1 === columns) return this.#endsEmpty(bytes, from, at, end);
      this.#keep(bytes, from, at, column++);
      from = at + 1;
    }
    this.#keep(bytes, from, end, column);
    return column + 1 === columns;
  }

  /** The last column, where nothing but delimiters is behind it. */
  #endsEmpty(bytes: Uint8Array, from: number, at: number, end: number): boolean {
    for (let rest = at; rest < end; rest++) if (bytes[rest] !== this.#delimiter) return false;
    this.#keep(bytes, from, at, this.cells.length - 1);
    return true;
  }

  #keep(bytes: Uint8Array, from: number, to: number, column: number): void {
    const text = this.#texts[column];
    text.move(bytes, from, to);
    this.cells[column] = from === to ? '' : text;
  }
}

function withoutLineEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === LINE_FEED) end--;
  if (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return end;
}
