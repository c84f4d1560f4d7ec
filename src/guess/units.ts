import { Failure } from '../errors/failure.ts';
import { isMissing, isNumber, STYLES } from './cells.ts';
import { cellsOf, columnAt, type Table } from './table.ts';

/** A number, and what is behind it. */
const MEASURED = /^([+−-]?\d[\d.,'’\u00a0\u202f ]*?)\s*([^\d\s.,'’+−()-][^\d\s]{0,11})$/u;
/** Of the cells that are no plain numbers, as many must have a unit. */
const MOST = 0.8;
/** A second unit in this share of them is no slip. */
const SECOND = 0.02;

/** The unit that comes after the numbers of each column, '' where none does; shared by all cells that have one. */
export type Units = readonly string[];

/**
 * The units of columns whose cells are numbers with one behind them (`20.5 °C`), as dashboards export them. O(cells)
 * @throws Failure cli/bad-flag where a column has two: `950 W` and `1.2 kW` are not distinguished
 */
export function guessUnits(table: Table, columns: readonly string[]): Units {
  return columns.map((column) => {
    const cells = cellsOf(table, column).filter((cell) => !isMissing(cell));
    const others = cells.filter((cell) => !STYLES.some((style) => isNumber(cell, style)));
    const counts = new Map<string, number>();
    for (const cell of others) {
      const unit = MEASURED.exec(cell)?.[2];
      if (unit !== undefined) counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
    const measured = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (first === undefined || measured < MOST * others.length || measured < cells.length / 2) return '';
    if (second !== undefined && second[1] >= SECOND * measured) throw mixed(column, first[0], second[0]);
    return first[0];
  });
}

/** The table with bare numbers where a number has the unit of its column. */
export function withoutUnits(table: Table, columns: readonly string[], units: Units): Table {
  const places = new Map(columns.map((column, at) => [columnAt(table.columns, column), units[at] ?? '']));
  if (![...places.values()].some((unit) => unit !== '')) return table;
  const bare = (cell: string, unit: string) => {
    const trimmed = cell.trim();
    return unit !== '' && trimmed.endsWith(unit) ? trimmed.slice(0, -unit.length) : cell;
  };
  return { ...table, rows: table.rows.map((row) => row.map((cell, at) => bare(cell, places.get(at) ?? ''))) };
}

function mixed(column: string, one: string, other: string): Failure {
  const message = `the numbers of ${column} are in ${one} and in ${other}: export them in one unit, or without units`;
  return new Failure('cli/bad-flag', message, { where: '--unit' });
}
