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

/** The cells of one column that are not empty. */
export function cellsOf({ columns, rows }: Table, column: string): readonly string[] {
  const at = columns.indexOf(column);
  return at < 0 ? [] : rows.map((row) => (row[at] ?? '').trim()).filter((cell) => cell !== '');
}
