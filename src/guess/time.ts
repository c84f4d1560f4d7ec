import { Failure } from '../errors/failure.ts';
import type { EpochMs } from '../event/time.ts';
import { isClock } from './cells.ts';
import { columnNames, requireColumn } from './columns.ts';
import { cellsOf, columnAt, type Table } from './table.ts';
import { areDates, areRisingEpochs, beginAsDates, guessTimeFormat, timesOf } from './time-format.ts';

const NAMES =
  /time|date|datum|zeit|stamp|epoch|^ts$|_ts$|^tst$|^t$|^dt$|^when$|^unix|utc|uhr|fecha|hora|heure|jour|^data$|^dia$|tijd|czas|^tid|_at$|^at$/i;
/** `HHmm` or `HHmmss`. */
const DIGITAL_CLOCK = /^(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?$/;
/** Rows of one instant and one series, on average, from which on the times are taken for rounded ones. */
const CROWDED = 3;
/** Seconds and parts of them, in a file with decimal commas. */
const DECIMAL_COMMA = /^([+-]?\d{5,}),(\d+)$/;
const FEW_ROWS = 20;
/** Rows earlier than one before them, from which on the file is taken for unsorted. */
const UNSORTED = 0.1;

/** Names of series, as a share of the rows, above which a column is taken for something else. */
const MOST_SERIES = 0.1;

/** What is known of the times of a file before anybody looks. */
export interface KnownTime {
  /** A column, or several with commas between. */
  readonly column: string | undefined;
  readonly format: string | undefined;
  readonly zone: string;
  readonly keyColumn: string | undefined;
  readonly valueColumns: readonly string[];
  readonly sorted: boolean;
}

/** Where the event time is, and how it is written. */
export interface Times {
  readonly at: string | readonly string[];
  readonly format: string;
  /** That of the first row; undefined where it has none that can be read. */
  readonly first: EpochMs | undefined;
}

/**
 * The times of a table, as far as they are not known already; undefined where no column looks like one.
 * @throws Failure cli/bad-flag where times cannot be read, give many rows the same instant, or go back: with what they
 * look like, and what to do
 */
export function guessTimes(table: Table, known: KnownTime): Times | undefined {
  const columns = known.column === undefined ? timeColumns(table, known) : named(table, known.column);
  if (columns === undefined) return undefined;
  const { cells, keys } = joined(table, columns, known.keyColumn);
  if (known.format === undefined) refuseBareDates(table, columns);
  const guess = known.format === undefined ? guessTimeFormat(cells, known.zone) : { format: known.format };
  if ('fault' in guess) throw refused(`time column ${columns.join(',')}: ${guess.fault}`, '--time-format');
  const times = timesOf(cells, guess.format, known.zone);
  if (known.format === undefined) refuseCrowded(columns, cells, keys, times);
  if (!known.sorted) refuseUnsorted(times, keys, columns, () => seriesColumn(table, columns, known));
  const first = times.find((time) => !Number.isNaN(time));
  return { at: columns.length === 1 ? columns[0] : columns, format: guess.format, first };
}

/** @throws Failure cli/bad-flag where there is no such column */
export function named(table: Table, column: string): readonly string[] {
  const parts = columnNames(column.split(','), table);
  for (const part of parts) requireColumn(table, part);
  return parts;
}

function refused(message: string, where?: string): Failure {
  return new Failure('cli/bad-flag', message, where === undefined ? {} : { where });
}

/**
 * The first column that is called a time, is one, and is not the same in every row; or the first date that is no
 * number; with its time of day, where that has a column of its own. In a file without names also the first column of
 * epochs or dates in digits. Where only dates are found that may be read in two ways, those.
 */
function timeColumns(table: Table, { zone, keyColumn, valueColumns }: KnownTime): readonly string[] | undefined {
  const free = table.columns.filter((column) => column !== keyColumn && !valueColumns.includes(column));
  const named = free.filter(isCalledTime);
  const texts = free.filter((column) => cellsOf(table, column).some((cell) => /\d\D+\d\d?\D/.test(cell)));
  const nameless = table.hasHeader ? [] : free.filter((column) => isNamelessTime(table, column));
  const candidates = [...named, ...texts, ...nameless].map((column) => withClock(table, column));
  const isTime = (columns: readonly string[]) =>
    'format' in guessTimeFormat(joined(table, columns, undefined).cells, zone);
  const times = candidates.filter(isTime);
  const moving = times.find(([column]) => new Set(cellsOf(table, column)).size > 1);
  return moving ?? times[0] ?? candidates.find(([column]) => beginAsDates(cellsOf(table, column)));
}

/** By the last part of a place deep in a document. */
function isCalledTime(column: string): boolean {
  return NAMES.test(column.startsWith('/') ? column.slice(column.lastIndexOf('/') + 1) : column);
}

function isNamelessTime(table: Table, column: string): boolean {
  const cells = cellsOf(table, column);
  return cells.length > 1 && (areRisingEpochs(cells) || (areDates(cells) && clockColumn(table, column) !== undefined));
}

function withClock(table: Table, column: string): readonly string[] {
  const clock = areDates(cellsOf(table, column)) ? clockColumn(table, column) : undefined;
  return clock === undefined ? [column] : [column, clock];
}

/** A column beside a date that holds the time of day. */
function clockColumn(table: Table, date: string): string | undefined {
  return table.columns.find((column) => {
    const cells = cellsOf(table, column);
    if (column === date || cells.length === 0) return false;
    const isNamed = table.hasHeader && isCalledTime(column) && cells.every((cell) => DIGITAL_CLOCK.test(cell));
    return isNamed || (cells.every(isClock) && cells.some((cell) => cell.includes(':')));
  });
}

/** The times row by row, without those of which a part is missing, and the keys of their series. */
function joined({ columns, rows }: Table, wanted: readonly string[], keyColumn: string | undefined) {
  const places = wanted.map((column) => columnAt(columns, column));
  const key = keyColumn === undefined ? -1 : columns.indexOf(keyColumn);
  const whole = rows.filter((row) => places.every((at) => (row[at] ?? '').trim() !== ''));
  return {
    cells: whole.map((row) => places.map((at) => row[at].trim().replace(DECIMAL_COMMA, '$1.$2')).join(' ')),
    keys: whole.map((row) => row[key] ?? ''),
  };
}

/** @throws Failure cli/bad-flag */
function refuseCrowded(
  columns: readonly string[],
  cells: readonly string[],
  keys: readonly string[],
  times: readonly EpochMs[],
): void {
  const instants = new Set(times.map((time, at) => `${time} ${keys[at]}`));
  if (times.length < FEW_ROWS || times.length < CROWDED * instants.size) return;
  const shown = `${JSON.stringify(cells[0])}, ${JSON.stringify(cells[1])}`;
  throw refused(
    `time column ${columns.join(',')}: the first ${times.length} rows have only ${instants.size} different times (${shown} …); name the series of each row with --key-column, or the format with --time-format if this is right`,
    '--time-column',
  );
}

/** Dates that come again and again beside a column with the time of day. @throws Failure cli/bad-flag */
function refuseBareDates(table: Table, columns: readonly string[]): void {
  const [date] = columns;
  const cells = cellsOf(table, date);
  const days = new Set(cells).size;
  if (columns.length > 1 || cells.length < FEW_ROWS || cells.length < CROWDED * days || !areDates(cells)) return;
  const clock = clockColumn(table, date);
  if (clock === undefined) return;
  throw refused(
    `time column ${date}: the first ${cells.length} rows have only ${days} different times (${JSON.stringify(cells[0])} …); join it with the time of day: --time-column "${date},${clock}"`,
    '--time-column',
  );
}

/** @throws Failure cli/bad-flag */
function refuseUnsorted(
  times: readonly EpochMs[],
  keys: readonly string[],
  columns: readonly string[],
  series: () => string | undefined,
): void {
  const late = lateRows(times, keys);
  if (late <= UNSORTED * times.length) return;
  const column = series();
  if (column !== undefined) {
    throw refused(
      `time column ${columns.join(',')}: the rows are in the order of their times only for each ${column}; name the series of each row with --key-column ${column}, or add --sort`,
      '--key-column',
    );
  }
  const how = late >= 0.9 * (times.length - 1) ? 'newest first' : 'not in the order of their times';
  throw refused(
    `time column ${columns.join(',')}: the rows are ${how} (${late} of the first ${times.length} are earlier than one before them); add --sort`,
    '--sort',
  );
}

/** Rows that are earlier than one before them in their series. */
function lateRows(times: readonly EpochMs[], keys: readonly string[]): number {
  const newest = new Map<string, EpochMs>();
  let late = 0;
  for (const [at, time] of times.entries()) {
    if (time < (newest.get(keys[at]) ?? Number.NEGATIVE_INFINITY)) late++;
    else if (!Number.isNaN(time)) newest.set(keys[at], time);
  }
  return late;
}

/**
 * A column of a few names, for each of which the times are in order: exports of several sensors come one sensor after
 * the other.
 */
function seriesColumn(table: Table, time: readonly string[], known: KnownTime): string | undefined {
  if (known.keyColumn !== undefined) return undefined;
  const free = table.columns.filter((column) => !time.includes(column) && !known.valueColumns.includes(column));
  return free.find((column) => {
    const { cells, keys } = joined(table, time, column);
    const names = new Set(keys).size;
    if (names < 2 || names > MOST_SERIES * keys.length) return false;
    const guess = known.format === undefined ? guessTimeFormat(cells, known.zone) : { format: known.format };
    return 'format' in guess && lateRows(timesOf(cells, guess.format, known.zone), keys) === 0;
  });
}
