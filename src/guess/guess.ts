import { Failure } from '../errors/failure.ts';
import { columnNames, requireColumn } from './columns.ts';
import { guessDialect, type KnownDialect } from './dialect.ts';
import { documents, placesText } from './documents.ts';
import { headText, jsonFraming, wholeLines } from './head-text.ts';
import { guessNumbers } from './numbers.ts';
import { cellsOf, type Dialect, type Table } from './table.ts';
import { guessTimes, named, type Times } from './time.ts';
import { guessUnits, type Units, withoutUnits } from './units.ts';
import { guessWords, type Words } from './words.ts';

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
  /** One for each value column, or one for all. */
  readonly unit?: Units | undefined;
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
  /** As the columns are called. */
  readonly valueColumns: readonly string[];
  readonly keyColumn: string | undefined;
  /** Behind the numbers of each value column. */
  readonly units: Units;
  /** What else documents hold, for people; empty for rows, whose columns are known. */
  readonly hint: string;
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
    valueColumns: known.valueColumns,
    keyColumn: known.keyColumn,
    units: known.unit ?? [],
    hint: '',
  };
  if (text.length === 0) return plain;
  if (framing !== 'csv') {
    const table = documents(text, framing, known, ROWS);
    const hint = placesText(table, known.valueColumns);
    const times = table.rows.length === 0 ? undefined : timesIn(table, known);
    const units = unitsIn(table, known);
    return { ...plain, ...wordsIn(withoutUnits(table, known.valueColumns, units), known), times, units, hint };
  }
  const { dialect, table } = guessDialect(text, known, wantedNames(known));
  const places = known.timeColumn === undefined ? [] : named(table, known.timeColumn);
  const valueColumns = columnNames(known.valueColumns, table);
  const [keyColumn] = known.keyColumn === undefined ? [] : columnNames([known.keyColumn], table);
  for (const column of [...places, ...valueColumns, ...(keyColumn === undefined ? [] : [keyColumn])])
    requireColumn(table, column);
  const head_ = { ...table, rows: table.rows.slice(0, ROWS) };
  const now = { ...known, valueColumns, keyColumn };
  const units = unitsIn(head_, now);
  const bare = withoutUnits(head_, valueColumns, units);
  const read = { ...numbersIn(bare, now), ...wordsIn(bare, now), times: timesIn(head_, now) };
  return { ...plain, dialect, ...read, valueColumns, keyColumn, units };
}

function wantedNames({ timeColumn, keyColumn, valueColumns }: Known): readonly (readonly string[])[] {
  const key = keyColumn === undefined ? [] : [[keyColumn]];
  return [...(timeColumn === undefined ? [] : [timeColumn.split(',')]), ...key, valueColumns];
}

function timesIn(table: Table, known: Known): Times | undefined {
  if (!known.clock) return undefined;
  const { timeColumn: column, timeFormat: format, timeZone: zone, keyColumn, valueColumns, sorted } = known;
  return guessTimes(table, { column, format, zone, keyColumn, valueColumns, sorted });
}

function unitsIn(table: Table, { unit, valueColumns }: Known): Units {
  if (unit === undefined) return guessUnits(table, valueColumns);
  return unit.length === 1 ? valueColumns.map(() => unit[0]) : unit;
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

function unitsText(units: Units): string | undefined {
  const [first = ''] = units;
  if (units.every((unit) => unit === first)) return first === '' ? undefined : first;
  return units.join(',');
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
    ['--unit', unitsText(reading.units), known.unit],
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
