import { Failure } from '../errors/failure.ts';
import { splitRow } from './csv-row.ts';
import type { Format } from './format.ts';
import { quote } from './quote.ts';
import { decodeText } from './text.ts';

/** One CSV row a record. A row with more or fewer cells than there are columns is refused: its values may have shifted. */
export const csv: Format = {
  kind: 'csv',
  summary: 'One CSV row a record; columns by name, from the header or from `columns`.',
  open({ key, time, channels, columns, delimiter }) {
    if (columns === undefined) {
      throw new Failure('config/invalid', 'the CSV has no header: name its columns in `decode.columns`');
    }
    const keyAt = key === undefined ? -1 : indexOf(columns, key);
    const timeAt = time === undefined ? -1 : indexOf(columns, time);
    const channelsAt = channels.map((column) => indexOf(columns, column));
    return (record, into) => {
      const text = decodeText(record.value);
      const cells = splitRow(text, delimiter);
      if (cells.length !== columns.length) {
        const message = `the row has ${cells.length} cells where there are ${columns.length} columns: ${quote(text)}`;
        throw new Failure('decode/syntax', message);
      }
      into.key = keyAt < 0 ? undefined : cells[keyAt];
      into.time = timeAt < 0 ? undefined : cells[timeAt];
      for (let channel = 0; channel < channelsAt.length; channel++) into.channels[channel] = cells[channelsAt[channel]];
    };
  },
};

function indexOf(columns: readonly string[], column: string): number {
  const at = columns.indexOf(column);
  if (at >= 0) return at;
  throw new Failure('config/invalid', `no column ${quote(column)}; there are ${columns.map(quote).join(', ')}`);
}
