import { Failure } from '../errors/failure.ts';
import { splitRow } from './csv-row.ts';
import { FlatCsv } from './flat-csv.ts';
import type { Format, Layout, Reader } from './format.ts';
import { quote } from './quote.ts';
import { decodeText } from './text.ts';

/**
 * One CSV row a record. A row with more or fewer cells than there are columns is refused: its values may have shifted.
 * Empty cells behind the last column are none.
 */
export const csv: Format = {
  kind: 'csv',
  open(layout) {
    if (layout.columns === undefined) {
      throw new Failure('config/invalid', 'the CSV has no header: name its columns in `decode.columns`');
    }
    const readUsual = rowReader(layout, layout.columns, indexOf);
    let columns: readonly string[] | undefined;
    let readOther = readUsual;
    return (record, into) => {
      if (record.columns === undefined) return readUsual(record, into);
      if (record.columns !== columns) {
        columns = record.columns;
        // A column that the mapping names and this file lacks is as an empty one.
        readOther = rowReader(layout, columns, indexOrNone);
      }
      readOther(record, into);
    };
  },
};

function rowReader(
  { key, time, channels, texts, delimiter }: Layout,
  columns: readonly string[],
  index: (columns: readonly string[], column: string) => number,
): Reader {
  const keyAt = key === undefined ? -1 : index(columns, key);
  const timeAt = time === undefined ? -1 : index(columns, time);
  const channelsAt = channels.map((column) => index(columns, column));
  const textsAt = texts.map((column) => index(columns, column));
  const flat = new FlatCsv(columns.length, delimiter);
  return (record, into) => {
    const cells = flat.read(record.value) ? flat.cells : wholeRow(record.value, delimiter, columns.length);
    into.key = keyAt < 0 ? undefined : cells[keyAt];
    into.time = timeAt < 0 ? undefined : cells[timeAt];
    for (let channel = 0; channel < channelsAt.length; channel++) into.channels[channel] = cells[channelsAt[channel]];
    for (let text = 0; text < textsAt.length; text++) into.texts[text] = cells[textsAt[text]];
  };
}

/** @throws Failure decode/syntax */
function wholeRow(bytes: Uint8Array, delimiter: string, columns: number): readonly string[] {
  const text = decodeText(bytes);
  const cells = splitRow(text, delimiter);
  if (cells.length === columns) return cells;
  if (cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '')) return cells;
  const message = `the row has ${cells.length} cells where there are ${columns} columns: ${quote(text)}`;
  throw new Failure('decode/syntax', message);
}

/** By name, else by number from 1; −1 where there is none. */
function indexOrNone(columns: readonly string[], column: string): number {
  const at = columns.indexOf(column);
  if (at >= 0) return at;
  return /^[1-9]\d{0,5}$/.test(column) && Number(column) <= columns.length ? Number(column) - 1 : -1;
}

/** As `indexOrNone`. @throws Failure config/invalid where there is none */
function indexOf(columns: readonly string[], column: string): number {
  const at = indexOrNone(columns, column);
  if (at >= 0) return at;
  throw new Failure('config/invalid', `no column ${quote(column)}; there are ${columns.map(quote).join(', ')}`);
}
