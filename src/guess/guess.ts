import { pointer } from '../decode/pointer.ts';
import { Failure } from '../errors/failure.ts';
import { cutter } from '../source/cutter.ts';
import { guessDialect, type KnownDialect } from './dialect.ts';
import { headText, jsonFraming, wholeLines } from './head-text.ts';
import { guessNumbers } from './numbers.ts';
import { cellsOf, type Dialect, type Table } from './table.ts';
import { guessTimes, named, requireColumn, type Times } from './time.ts';
import { guessWords, type Words } from './words.ts';

const MAX_BYTES = 1_048_576;
/** Rows looked at: enough for a month at a row each quarter of an hour. */
const ROWS = 3_000;

/** What flags say of a file; what is undefined is guessed. */
export interface Known extends KnownDialect {
  readonly framing?: 'lines' | 'csv' | 'json' | undefined;
  readonly encoding?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly thousands?: string | undefined;
  readonly states?: Words['states'];
  readonly missing?: Words['missing'] | undefined;
  /** Rows have a time; else they are a second apart. */
  readonly clock: boolean;
  readonly timeColumn?: string | undefined;
  readonly timeFormat?: string | undefined;
  readonly timeZone: string;
  readonly keyColumn?: string | undefined;
  readonly valueColumns: readonly string[];
  readonly sorted: boolean;
}

/** How a file is read. */
export interface Reading extends Words {
  readonly framing: 'lines' | 'csv' | 'json';
  readonly encoding: string;
  readonly dialect: Dialect;
  readonly decimal: '.' | ',';
  readonly thousands: string | undefined;
  /** undefined where rows have no time. */
  readonly times: Times | undefined;
}

const PLAIN: Dialect = { delimiter: ',', header: true, skip_lines: 0, comment: undefined };

/**
 * How to read a file, by its head. `isCut`: there is more of it.
 * @throws Failure cli/bad-flag where a column is not there, and where times or numbers may be read in two ways
 */
export async function guessReading(head: Buffer, isCut: boolean, known: Known): Promise<Reading> {
  const { text: whole, encoding } = await headText(head, known.encoding ?? 'auto');
  const text = wholeLines(whole, isCut);
  const framing =
    known.framing === 'lines' && jsonFraming(text) === 'json' ? 'json' : (known.framing ?? jsonFraming(text) ?? 'csv');
  const plain = {
    framing,
    encoding,
    dialect: PLAIN,
    decimal: known.decimal ?? '.',
    thousands: known.thousands,
    times: undefined,
    states: known.states,
    missing: known.missing ?? [],
  };
  if (text.length === 0) return plain;
  if (framing !== 'csv') {
    const table = documents(text, framing, known);
    return { ...plain, ...wordsIn(table, known), times: table.rows.length === 0 ? undefined : timesIn(table, known) };
  }
  const { dialect, table } = guessDialect(text, known);
  const places = [...(known.timeColumn === undefined ? [] : named(table, known.timeColumn)), ...known.valueColumns];
  for (const column of known.keyColumn === undefined ? places : [...places, known.keyColumn])
    requireColumn(table, column);
  const head_ = { ...table, rows: table.rows.slice(0, ROWS) };
  const read = { ...numbersIn(head_, known), ...wordsIn(head_, known), times: timesIn(head_, known) };
  return { ...plain, dialect, ...read };
}

function timesIn(table: Table, known: Known): Times | undefined {
  if (!known.clock) return undefined;
  const { timeColumn: column, timeFormat: format, timeZone: zone, keyColumn, valueColumns, sorted } = known;
  return guessTimes(table, { column, format, zone, keyColumn, valueColumns, sorted });
}

function wordsIn(table: Table, { states, missing, valueColumns }: Known): Words {
  const guess = guessWords(table, valueColumns);
  return { states: states ?? guess.states, missing: missing ?? guess.missing };
}

function numbersIn(table: Table, { decimal, thousands, valueColumns }: Known) {
  if (decimal !== undefined || thousands !== undefined)
    return { decimal: decimal ?? (thousands === ',' ? '.' : '.'), thousands };
  const others = table.columns.filter((column) => !valueColumns.includes(column));
  const cells = (columns: readonly string[]) => columns.flatMap((column) => cellsOf(table, column));
  const guess = guessNumbers(cells(valueColumns), cells(others));
  if ('fault' in guess) throw new Failure('cli/bad-flag', guess.fault, { where: '--decimal' });
  return guess;
}

/** Documents as rows: the members at the top level, and what the flags name deeper. Others than objects are none. */
function documents(text: Buffer, framing: 'lines' | 'json', { timeColumn, keyColumn, valueColumns }: Known): Table {
  const cut = cutter(framing, MAX_BYTES, 0);
  const records = [...cut.push(text), ...cut.end()].slice(0, ROWS);
  const found = records
    .map(({ value }) => parsed(Buffer.from(value).toString()))
    .filter((document) => document !== undefined);
  const deeper = [timeColumn, keyColumn, ...valueColumns].filter((place) => place !== undefined);
  const columns = [
    ...new Set([
      ...found.slice(0, 100).flatMap((document) => Object.keys(document)),
      ...deeper,
      ...(timeColumn?.split(',') ?? []),
    ]),
  ];
  const readers = columns.map(pointer);
  return { columns, rows: found.map((document) => readers.map((read) => cell(read(document)))), hasHeader: true };
}

function parsed(text: string): object | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

function cell(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** What was guessed and is not what is taken without flags, as flags. */
export function asFlags(reading: Reading, known: Known): string {
  const { dialect, times } = reading;
  const flags: [string, string | undefined, unknown][] = [
    ['--encoding', reading.encoding === 'auto' ? undefined : reading.encoding, known.encoding],
    ['--delimiter', dialect.delimiter === ',' ? undefined : dialect.delimiter, known.delimiter],
    ['--skip-lines', dialect.skip_lines === 0 ? undefined : String(dialect.skip_lines), known.skip_lines],
    ['--comment', dialect.comment, known.comment],
    ['--no-header', dialect.header ? undefined : '', known.header],
    ['--decimal', reading.decimal === '.' ? undefined : reading.decimal, known.decimal],
    ['--thousands', reading.thousands, known.thousands],
    ['--states', statesText(reading.states), known.states],
    ['--missing', reading.missing.length === 0 ? undefined : reading.missing.join(','), known.missing],
    ['--time-column', times === undefined ? undefined : [times.at].flat().join(','), known.timeColumn],
    ['--time-format', times?.format, known.timeFormat],
  ];
  const guessed = flags.filter(([, value, given]) => value !== undefined && given === undefined);
  return guessed.map(([flag, value = '']) => (value === '' ? flag : `${flag} ${quoted(value)}`)).join(' ');
}

function statesText(states: Words['states']): string | undefined {
  if (states === undefined) return undefined;
  const texts = Object.entries(states).map(([word, value]) => `${word}=${value}`);
  return texts.join(',');
}

/** As a shell wants it. */
function quoted(text: string): string {
  if (text === '\t') return '"\\t"';
  return /^[\w.,:/+-]+$/.test(text) ? text : `"${text}"`;
}
