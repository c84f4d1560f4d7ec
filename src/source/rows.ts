import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse/sync';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';

const SPACE = 32;
const strict = new TextDecoder('utf-8', { fatal: true });

/** How a file is laid out around its records. */
export interface FileLayout {
  readonly framing: 'lines' | 'csv' | 'json';
  readonly header: boolean;
  readonly delimiter: string;
  readonly comment?: string | undefined;
  readonly skip_lines: number;
}

/**
 * Sorts the records of a file from what is around them: lines before the header, comments, blank rows, the header and
 * its repetitions.
 */
export class Rows {
  /** Whether the records are rows, whose columns have the names in the header, or numbers. */
  readonly areRows: boolean;
  readonly #layout: FileLayout;
  /** For messages. */
  readonly #name: string;
  readonly #delimiter: number;
  readonly #comment: Buffer;
  /** By its first byte, whether a row may be something else than a record: most need no second look. */
  readonly #suspicious = new Uint8Array(256);
  #header: Buffer | undefined;
  #columns: readonly string[] | undefined;
  /** Of the file that is read, where they are not `#columns`. */
  #others: readonly string[] | undefined;

  constructor(layout: FileLayout, name: string) {
    this.#layout = layout;
    this.areRows = layout.framing === 'csv';
    this.#name = name;
    this.#delimiter = layout.delimiter.charCodeAt(0);
    this.#comment = Buffer.from(layout.comment ?? '');
    this.#suspect(this.#comment);
    if (this.areRows) for (const byte of [SPACE, this.#delimiter]) this.#suspicious[byte] = 1;
  }

  get hasHeader(): boolean {
    return this.areRows && this.#layout.header;
  }

  /** Of the header, or by number where there is none; undefined before `first`. */
  get columns(): readonly string[] | undefined {
    return this.#columns;
  }

  /** Of the file that is read now, where it has others than `columns`, or in another order. */
  get others(): readonly string[] | undefined {
    return this.#others;
  }

  /** Adds columns that files before this one had. */
  remember(names: readonly string[]): void {
    const known = this.#columns ?? [];
    this.#columns = [...known, ...names.filter((name) => !known.includes(name))];
  }

  /**
   * Whether this is a record, or the header before it was seen, and nothing around them. @throws Failure
   * source/unreadable
   */
  isKept(record: SourceRecord): boolean {
    const { value, line } = record;
    const first = value[0];
    if (line <= this.#layout.skip_lines || (first === this.#comment[0] && this.#isComment(value))) return false;
    if (!this.areRows) return true;
    if ((first === SPACE || first === this.#delimiter) && this.#isBlank(value)) return false;
    if (line === 1 && this.#isSeparator(value)) return false;
    const header = this.#header;
    return header === undefined || value.length !== header.length || first !== header[0] || !header.equals(value);
  }

  /** Those that are records, in order; the very list where all are, as is usual. */
  kept(records: readonly SourceRecord[]): readonly SourceRecord[] {
    const suspicious = this.#suspicious;
    const first = Math.max(1, this.#layout.skip_lines);
    for (let at = 0; at < records.length; at++) {
      const { line, value } = records[at];
      if ((line <= first || suspicious[value[0]] === 1) && !this.isKept(records[at]))
        return records.filter((record) => this.isKept(record));
    }
    return records;
  }

  /** Takes in the first row of a file. @throws Failure source/unreadable where it is no CSV */
  first(row: SourceRecord): void {
    const cells = cellsOf(row, this.#layout.delimiter, this.#name);
    const names = this.hasHeader ? columnNames(cells) : cells.map((_, at) => String(at + 1));
    if (this.hasHeader) this.#header = Buffer.from(row.value);
    if (this.#header !== undefined) this.#suspect(this.#header);
    this.#columns ??= names;
    const isUsual = this.#columns.length === names.length && this.#columns.every((name, i) => name === names[i]);
    this.#others = isUsual || !this.hasHeader ? undefined : names;
  }

  /** Before the header of another file, or of this one once more. */
  forgetHeader(): void {
    this.#header = undefined;
    this.#others = undefined;
  }

  #suspect({ 0: first }: Uint8Array): void {
    if (first !== undefined) this.#suspicious[first] = 1;
  }

  #isComment(value: Uint8Array): boolean {
    const mark = this.#comment;
    return value.length >= mark.length && mark.every((byte, at) => byte === value[at]);
  }

  /** Only spaces and delimiters. */
  #isBlank(value: Uint8Array): boolean {
    for (let at = 0; at < value.length; at++) {
      if (value[at] !== SPACE && value[at] !== this.#delimiter) return false;
    }
    return true;
  }

  /**
   * Spreadsheets write `sep=;` before the header. @throws Failure source/unreadable where it names another delimiter
   */
  #isSeparator(value: Uint8Array): boolean {
    if (value.length !== 5) return false;
    const text = Buffer.from(value).toString('latin1');
    if (!text.startsWith('sep=')) return false;
    // Of a later file it is the rows that are rejected: no file ends the reading of those after it.
    if (text[4] === this.#layout.delimiter || this.#columns !== undefined) return true;
    const message = `its first line says that ${JSON.stringify(text[4])} separates the columns, and \`delimiter\` is ${JSON.stringify(this.#layout.delimiter)}`;
    throw new Failure('source/unreadable', message, { where: this.#name });
  }
}

/** A column without a name has its number; at the end of a header they are only trailing delimiters. */
function columnNames(cells: readonly string[]): readonly string[] {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1).map((cell, at) => (cell === '' ? String(at + 1) : cell));
}

/** @throws Failure source/unreadable where the row is none */
function cellsOf(row: SourceRecord, delimiter: string, name: string): readonly string[] {
  const where = `${name}:${row.line}`;
  if (row.cutFrom !== undefined) {
    throw new Failure('source/unreadable', `the header has ${row.cutFrom} bytes, more than a record may`, { where });
  }
  const text = decoded(row.value, where);
  try {
    const [cells = []] = parse(text, { delimiter, trim: true });
    return cells.map((cell) => String(cell).trim());
  } catch (cause) {
    throw new Failure('source/unreadable', 'the header is no CSV', { where, cause });
  }
}

function decoded(bytes: Uint8Array, where: string): string {
  try {
    return strict.decode(bytes);
  } catch (cause) {
    const message = 'the header is not UTF-8 text; say what it is with `encoding`, such as windows-1252';
    throw new Failure('source/unreadable', message, { where, cause });
  }
}
