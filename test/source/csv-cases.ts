import { parse } from 'csv-parse/sync';
import { splitRow } from '../../src/decode/csv-row.ts';
import { Failure } from '../../src/errors/failure.ts';
import { cutter } from '../../src/source/cutter.ts';

const PARTS = ['a', 'bc', '1.5', ' ', '', 'é', "'", '#', '\r', '""', '"'];

/** A text, its delimiter, and what the two implementations make of it: rows, or undefined where one of them is refused. */
export interface CsvCase {
  readonly text: string;
  readonly delimiter: string;
  readonly read: readonly (readonly string[])[] | undefined;
  readonly expected: readonly (readonly string[])[] | undefined;
}

/** A few rows of cells, quoted or not, with any line end; some with a quote or a part of a cell where none should be. `random`: [0, 1). */
export function csvCase(random: () => number): CsvCase {
  const any = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const delimiter = any([',', ';', '\t', '|']);
  const end = any(['\n', '\r\n']);
  const cell = () => {
    const parts = Array.from({ length: Math.floor(random() * 3) }, () =>
      any([...PARTS.slice(0, 8), delimiter, end, '"']),
    );
    const text = parts.join('');
    return random() < 0.3 || /["\n\r,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const row = () => Array.from({ length: 1 + Math.floor(random() * 4) }, cell).join(delimiter);
  const whole = Array.from({ length: 1 + Math.floor(random() * 4) }, row).join(end) + any(['', end]);
  const at = Math.floor(random() * whole.length);
  const spoiled = random() < 0.7 ? whole : whole.slice(0, at) + any([...PARTS, delimiter, end]) + whole.slice(at);
  // Of several CRs before an LF we take off two, csv-parse one.
  const text = spoiled.replace(/\r+/g, '\r');
  return { text, delimiter, read: ours(text, delimiter), expected: theirs(text, delimiter) };
}

function ours(text: string, delimiter: string): readonly (readonly string[])[] | undefined {
  const cut = cutter('csv', 1_000_000, 0);
  const records = [...cut.push(Buffer.from(text)), ...cut.end()];
  try {
    return records.map(({ value }) => splitRow(Buffer.from(value).toString(), delimiter));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function theirs(text: string, delimiter: string): readonly (readonly string[])[] | undefined {
  // A CR at the very end is a line's end for us.
  const options = { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true, skip_empty_lines: true };
  try {
    return parse(text.replace(/\r$/, ''), options);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Whether both have the same rows, or both refuse. */
export function agrees({ read, expected }: CsvCase): boolean {
  return JSON.stringify(read) === JSON.stringify(expected);
}
