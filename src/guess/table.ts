const NUMBER = /^[1-9]\d{0,5}$/;

/** What a file's head holds: columns, and their cells row by row. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** False where the columns have numbers for names. */
  readonly hasHeader: boolean;
}

/** How a file of rows is laid out. */
export interface Dialect {
  readonly delimiter: string;
  readonly header: boolean;
  readonly skip_lines: number;
  readonly comment: string | undefined;
}

/** Where a column is, by its name or by its number from 1; −1 where there is none. */
export function columnAt(columns: readonly string[], name: string): number {
  const at = columns.indexOf(name);
  return at < 0 && NUMBER.test(name) && Number(name) <= columns.length ? Number(name) - 1 : at;
}

/** The cells of one column that are not empty. */
export function cellsOf({ columns, rows }: Table, column: string): readonly string[] {
  const at = columnAt(columns, column);
  return at < 0 ? [] : rows.map((row) => (row[at] ?? '').trim()).filter((cell) => cell !== '');
}
