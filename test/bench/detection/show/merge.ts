import type { Cell, Estimate, PartResult, Row, Share } from '../part.ts';

/** Rows of the seeds of one contestant, merged: numbers and estimates as means, shares added up, text of the first. */
export function mergedRows(results: readonly PartResult[]): readonly Row[] {
  const names = [...new Set(results.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  return names.map((name) => {
    const rows = results.flatMap((result) => result.rows.filter((row) => row.name === name));
    return { name, cells: mergedCells(rows.map(({ cells }) => cells)) };
  });
}

/** Columns of several seeds, merged in the same way. */
export function mergedCells(seeds: readonly Readonly<Record<string, Cell>>[]): Readonly<Record<string, Cell>> {
  const columns = [...new Set(seeds.flatMap((cells) => Object.keys(cells)))];
  return Object.fromEntries(
    columns.map((column) => [column, merged(seeds.flatMap((cells) => (column in cells ? [cells[column]] : [])))]),
  );
}

function merged(cells: readonly Cell[]): Cell {
  const [first] = cells;
  if (typeof first === 'string') return first;
  if (typeof first === 'number') return meanOf(cells.filter((cell) => typeof cell === 'number'));
  if ('of' in first) {
    const shares = cells.filter(isShare);
    return { hits: total(shares.map(({ hits }) => hits)), of: total(shares.map(({ of }) => of)) };
  }
  const estimates = cells.filter(isEstimate);
  return {
    value: meanOf(estimates.map(({ value }) => value)),
    low: meanOf(estimates.map(({ low }) => low)),
    high: meanOf(estimates.map(({ high }) => high)),
  };
}

function isShare(cell: Cell): cell is Share {
  return typeof cell === 'object' && 'of' in cell;
}

function isEstimate(cell: Cell): cell is Estimate {
  return typeof cell === 'object' && 'value' in cell;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return total(known) / known.length;
}
