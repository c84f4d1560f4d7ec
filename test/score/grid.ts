import { ValueGrid } from '../../src/score/value-grid.ts';
import { Columns } from '../../src/series/columns.ts';
import { valueTwin } from './twins.ts';

/** A grid of one series and channel. */
export function grid(rows = 4000) {
  const columns = new Columns();
  const memory = new ValueGrid(columns, 1, rows);
  const slot = columns.allocate();
  return { columns, slot, observe: (value: number) => memory.observe(slot, 0, value, 0) };
}

/** Largest difference between grid and twin over a stream. */
export function disagreement(length: number, rows: number, value: (t: number) => number): number {
  const small = grid(rows);
  const twin = valueTwin(rows);
  let worst = 0;
  for (let t = 0; t < length; t++) {
    const x = value(t);
    const expected = twin.observe(x);
    worst = Math.max(worst, Math.abs(small.observe(x) - expected) / (1 + expected));
  }
  return worst;
}
