import { splitRow } from '../decode/csv-row.ts';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { Framer } from '../source/framer.ts';
import { isMissing, isTyped } from './cells.ts';
import { joinNames, listed } from './columns.ts';
import { columnAt, type Dialect, type Table } from './table.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const COMMENTS = ['#', '//', '%'];
/** Rows looked at to score a delimiter. */
const SCORED = 200;
const MAX_BYTES = 1_048_576;

/** What is known of a dialect already. */
export type KnownDialect = { readonly [Key in keyof Dialect]?: Dialect[Key] | undefined };

interface Row {
  readonly line: number;
  readonly text: string;
  readonly cells: readonly string[];
}

/**
 * The dialect of a CSV file by its head, and what it then holds. As in CleverCSV (van den Burg, Nazábal and Sutton
 * 2019) the best delimiter is the one that cuts most rows into as many cells, and into cells that are something:
 * numbers, dates, states. `given`: what is known already. `wanted`: names of columns, in parts where they hold
 * commas; a row that has all of them is the header.
 */
export function guessDialect(
  head: Uint8Array,
  given: KnownDialect,
  wanted: readonly (readonly string[])[],
): { readonly dialect: Dialect; readonly table: Table } {
  const records = recordsOf(head);
  const declared = /^sep=(.)$/.exec(textOf(records[0]))?.[1];
  const candidates =
    given.delimiter === undefined ? (declared === undefined ? DELIMITERS : [declared]) : [given.delimiter];
  const scored = candidates.map((delimiter) => {
    const rows = rowsOf(declared === undefined ? records : records.slice(1), delimiter);
    const named = rows.slice(0, -1).findIndex((row, at) => at < SCORED && holds(row, wanted));
    return { delimiter, rows, named, score: score(rows.slice(0, SCORED)) + (named >= 0 ? 1 : 0) };
  });
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return laidOut(best, given, wanted);
}

/** A table as one delimiter cuts it. */
interface Cut {
  readonly delimiter: string;
  readonly rows: readonly Row[];
  /** The first row that has all names that are wanted; −1 where none has, or no names are wanted. */
  readonly named: number;
}

function laidOut(cut: Cut, given: KnownDialect, wanted: readonly (readonly string[])[]) {
  const { delimiter, rows: all } = cut;
  const usual = usualWidth(all);
  const comment = given.comment ?? commentOf(all, usual);
  const rows = comment === undefined ? all : all.filter(({ text }) => !text.startsWith(comment));
  const first =
    given.skip_lines === undefined
      ? headerRow(rows, firstRow(rows, usual), cut, given.header === false ? [] : wanted)
      : rows.findIndex(({ line }) => line > Number(given.skip_lines));
  const table = rows.slice(Math.max(0, first));
  const skipped = first > 0 && given.skip_lines === undefined ? table[0].line - 1 : (given.skip_lines ?? 0);
  const header = given.header ?? (holds(table[0], wanted) || hasHeader(table));
  const dialect: Dialect = { delimiter, header, skip_lines: skipped, comment };
  const names = header ? namesOf(table[0]?.cells ?? []) : (table[0]?.cells ?? []).map((_, at) => String(at + 1));
  if (header) refuseNarrow(table, names.length, skipped);
  const body = table.slice(header ? 1 : 0).filter(({ cells }) => cells.length >= names.length);
  return { dialect, table: { columns: names, rows: body.map(({ cells }) => cells), hasHeader: header } };
}

/** @throws Failure cli/bad-flag where the header has more names than any row has cells: no name is that of a column */
function refuseNarrow([header, ...body]: readonly Row[], names: number, skipped: number): void {
  if (body.length === 0 || body.some(({ cells }) => cells.length >= names)) return;
  const shown = body[0].cells.map((cell, at) => `${at + 1} (${JSON.stringify(cell)})`);
  const lines = Math.max(skipped + 1, header.line);
  throw new Failure(
    'cli/bad-flag',
    `the header has ${names} names, and no row has more than ${body[0].cells.length} cells; leave it out with --no-header --skip-lines ${lines}, and give the columns by number: ${listed(shown)}`,
  );
}

/** The row that looks like the first one, unless another one has the names that are wanted. */
function headerRow(
  rows: readonly Row[],
  usual: number,
  { rows: all, named }: Cut,
  wanted: readonly (readonly string[])[],
): number {
  const at = named < 0 || holds(rows[usual], wanted) ? -1 : rows.indexOf(all[named]);
  return at < 0 || wanted.length === 0 ? usual : at;
}

/** Whether a row has all these names; numbers alone are no names. */
function holds(row: Row | undefined, wanted: readonly (readonly string[])[]): boolean {
  const cells = (row?.cells ?? []).map((cell) => cell.trim());
  const names = wanted.flatMap((parts) => joinNames(parts, cells));
  return (
    names.some((name) => cells.includes(name) && !isTyped(name)) && names.every((name) => columnAt(cells, name) >= 0)
  );
}

function recordsOf(head: Uint8Array): readonly SourceRecord[] {
  const framer = new Framer('csv', MAX_BYTES, { offset: 0, line: 1 });
  return [...framer.push(Buffer.from(head)), ...framer.end()];
}

function textOf(record: SourceRecord | undefined): string {
  return record === undefined ? '' : Buffer.from(record.value).toString();
}

/** Rows that are no CSV are one cell; blank ones are none. */
function rowsOf(records: readonly SourceRecord[], delimiter: string): readonly Row[] {
  const rows = records.map((record) => {
    const text = textOf(record);
    return { line: record.line, text, cells: split(text, delimiter) };
  });
  return rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

function split(text: string, delimiter: string): readonly string[] {
  try {
    return splitRow(text, delimiter);
  } catch (error) {
    if (error instanceof Failure) return [text];
    throw error;
  }
}

/** Cells up to the last one that is not empty. */
function width({ cells }: Row): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

/** The number of cells that most rows have; empty ones at the end count where most rows have none behind them. */
function usualWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.cells.length, (counts.get(row.cells.length) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

function score(rows: readonly Row[]): number {
  const usual = usualWidth(rows);
  const regular = rows.filter(({ cells }) => cells.length === usual);
  const cells = regular.flatMap((row) => row.cells).filter((cell) => !isMissing(cell));
  const typed = cells.filter(isTyped).length / Math.max(1, cells.length);
  return (regular.length / Math.max(1, rows.length)) * (0.1 + typed) * (usual > 1 ? 1 : 0.3);
}

/** Unless the one line that begins so is the header, and has as many cells as the rows; or all lines do. */
function commentOf(rows: readonly Row[], usual: number): string | undefined {
  return COMMENTS.find((mark) => {
    const marked = rows.filter(({ text }) => text.startsWith(mark));
    if (marked.some(({ cells }) => cells.length !== usual || usual === 1)) return true;
    return marked.length > 1 && marked.length < rows.length / 2;
  });
}

/** The first row that is as wide as the others, or a header to which only empty names are missing. */
function firstRow(rows: readonly Row[], usual: number): number {
  const isWide = (row: Row | undefined) => row !== undefined && (row.cells.length === usual || width(row) === usual);
  const filled = rows.reduce((most, row) => (row.cells.length === usual ? Math.max(most, width(row)) : most), 0);
  const at = rows.findIndex((row, index) => {
    const next = rows[index + 1];
    if (next === undefined) return isWide(row);
    return isWide(next) && (isWide(row) || (next.cells.length > row.cells.length && filled === row.cells.length));
  });
  return Math.max(0, at);
}

/** A header is no data: some column holds numbers, dates or states, and its name is none. */
function hasHeader(rows: readonly Row[]): boolean {
  const [first, ...body] = rows.slice(0, SCORED);
  if (first === undefined || body.length === 0) return true;
  const typed = first.cells.map((_, at) => {
    const cells = body.map(({ cells }) => cells[at] ?? '').filter((cell) => !isMissing(cell));
    return cells.length > 0 && cells.filter(isTyped).length >= 0.8 * cells.length;
  });
  const columns = [...typed.keys()].filter((at) => typed[at]);
  return columns.length === 0 || columns.some((at) => !isTyped(first.cells[at]) && !isMissing(first.cells[at]));
}

function namesOf(cells: readonly string[]): readonly string[] {
  const trimmed = cells.map((cell) => cell.trim());
  const last = trimmed.findLastIndex((cell) => cell !== '');
  return trimmed.slice(0, last + 1).map((cell, at) => (cell === '' ? String(at + 1) : cell));
}
