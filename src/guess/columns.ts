import { Failure } from '../errors/failure.ts';
import { columnAt, type Table } from './table.ts';

const NUMBER = /^[1-9]\d{0,5}$/;
/** Most columns that a message lists. */
const MOST_LISTED = 20;

/** Names that were given with commas between, as columns have them: a name may hold commas itself (`Temp, °C`). */
export function joinNames(parts: readonly string[], columns: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < parts.length; ) {
    let end = parts.length;
    while (end > at + 1 && !columns.includes(joined(parts, at, end))) end--;
    names.push(columns.includes(parts[at]) ? parts[at] : joined(parts, at, end));
    at = end;
  }
  return names;
}

function joined(parts: readonly string[], from: number, to: number): string {
  return parts.slice(from, to).join(',').trim();
}

/** As `joinNames`; a number is the name of the column in that place, unless several have it. */
export function columnNames(parts: readonly string[], { columns, hasHeader }: Table): readonly string[] {
  return joinNames(parts, columns).map((part) => {
    if (!hasHeader || columns.includes(part) || !NUMBER.test(part)) return part;
    const name = columns[Number(part) - 1];
    return name === undefined || columns.indexOf(name) !== columns.lastIndexOf(name) ? part : name;
  });
}

/** @throws Failure cli/bad-flag where there is no such column, or several have this name */
export function requireColumn({ columns, rows, hasHeader }: Table, name: string): void {
  const at = columnAt(columns, name);
  const shown = JSON.stringify(name);
  if (at >= 0 && columns[at] === name && columns.lastIndexOf(name) !== at) {
    const places = [...columns.keys()].filter((place) => columns[place] === name).map((place) => place + 1);
    throw refused(`columns ${places.join(' and ')} have the name ${shown}; give the number of the one that you mean`);
  }
  if (at >= 0) return;
  if (hasHeader) throw refused(`there is no column ${shown}; there are: ${listed(columns)}`);
  const numbered = columns.map((column, place) => `${column} (${JSON.stringify(rows[0]?.[place] ?? '')})`);
  throw refused(
    `there is no column ${shown}: the file has no header, so its columns have numbers: ${listed(numbered)}`,
  );
}

/** Names with commas between; of many the first ones. */
export function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return names.slice(0, MOST_LISTED).join(', ') + more;
}

function refused(message: string): Failure {
  return new Failure('cli/bad-flag', message);
}
