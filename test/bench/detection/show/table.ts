import type { Cell, Row } from '../part.ts';
import { cellText } from './text.ts';

/** What one contestant has in one part, over its seeds. */
export interface Entry {
  readonly contestant: string;
  readonly rows: readonly Row[];
}

/** A part's results as a table of text. */
export interface Table {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** One line for each contestant and row; columns in the order of their first appearance. */
export function tableOf(entries: readonly Entry[]): Table {
  const columns = columnsOf(entries.flatMap(({ rows }) => rows.map(({ cells }) => cells)));
  const lines = entries.flatMap(({ contestant, rows }) =>
    rows.map(({ name, cells }) => [contestant, name, ...columns.map((column) => cellText(cells[column]))]),
  );
  return { head: ['contestant', 'row', ...columns], lines };
}

/** Contestants by headline figures. */
export function headlineTable(
  entries: readonly { readonly contestant: string; readonly headline: Readonly<Record<string, Cell>> }[],
): Table {
  const columns = columnsOf(entries.map(({ headline }) => headline));
  const lines = entries.map(({ contestant, headline }) => [
    contestant,
    ...columns.map((column) => cellText(headline[column])),
  ]);
  return { head: ['variant', ...columns], lines };
}

/** Markdown, padded, so that it reads well in a terminal too. */
export function markdown({ head, lines }: Table): string {
  const widths = head.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...lines.map(line)].join('\n');
}

function columnsOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
