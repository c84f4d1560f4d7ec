import { Failure } from '../errors/failure.ts';
import { quote } from './quote.ts';

const QUOTE = '"';

/**
 * The cells of one CSV row (RFC 4180): a quoted cell may hold delimiters, line ends and doubled quotes. A line end
 * after the last cell is no part of it. O(n). @throws Failure decode/syntax with the character at which a quote is
 * wrong or missing
 */
export function splitRow(row: string, delimiter: string): string[] {
  const text = withoutLineEnd(row);
  if (!text.includes(QUOTE)) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  while (true) {
    const end = text[at] === QUOTE ? quotedEnd(text, at) : plainEnd(text, at, delimiter);
    cells.push(text[at] === QUOTE ? text.slice(at + 1, end - 1).replaceAll('""', QUOTE) : text.slice(at, end));
    if (end === text.length) return cells;
    if (text[end] !== delimiter) throw wrong(text, end, `nothing but ${quote(delimiter)} after a closing quote`);
    at = end + 1;
  }
}

/** Past the closing quote of the cell that begins here. */
function quotedEnd(text: string, start: number): number {
  let at = text.indexOf(QUOTE, start + 1);
  while (at >= 0 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  if (at < 0) throw wrong(text, start, 'a closing quote for this one');
  return at + 1;
}

function plainEnd(text: string, start: number, delimiter: string): number {
  const found = text.indexOf(delimiter, start);
  const end = found < 0 ? text.length : found;
  const stray = text.slice(start, end).indexOf(QUOTE);
  if (stray >= 0) throw wrong(text, start + stray, 'quotes around the whole cell');
  return end;
}

function withoutLineEnd(row: string): string {
  const text = row.endsWith('\n') ? row.slice(0, -1) : row;
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function wrong(text: string, at: number, expected: string): Failure {
  return new Failure(
    'decode/syntax',
    `not CSV, character ${at}: expected ${expected}, found ${quote(text.slice(at, at + 81))}`,
  );
}
