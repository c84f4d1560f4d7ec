import { pointer } from '../decode/pointer.ts';
import { cutter } from '../source/cutter.ts';
import { listed } from './columns.ts';
import type { Table } from './table.ts';

const MAX_BYTES = 1_048_576;
/** Documents that are looked at for what they hold, how deep, and how many elements of a list. */
const LOOKED_AT = 100;
const DEEPEST = 6;
const LONGEST_LIST = 16;
const MOST_PLACES = 200;

/** Places in documents that were named. */
interface Named {
  readonly timeColumn?: string | undefined;
  readonly keyColumn?: string | undefined;
  readonly valueColumns: readonly string[];
}

/**
 * Documents as rows: whatever is no object and no list in them, by its name at the top level or its JSON pointer, and
 * what the flags name. Others than objects and lists are no rows. `most`: rows.
 */
export function documents(
  text: Buffer,
  framing: 'lines' | 'json',
  { timeColumn, keyColumn, valueColumns }: Named,
  most: number,
): Table {
  const cut = cutter(framing, MAX_BYTES, 0);
  const records = [...cut.push(text), ...cut.end()].slice(0, most);
  const found = records
    .map(({ value }) => parsed(Buffer.from(value).toString()))
    .filter((document) => document !== undefined);
  const named = [timeColumn, keyColumn, ...valueColumns].filter((place) => place !== undefined);
  const places = found.slice(0, LOOKED_AT).flatMap((document) => leaves(document, 0));
  const shallow = [...new Set(places)].sort((a, b) => depth(a) - depth(b)).slice(0, MOST_PLACES);
  const columns = [...new Set([...shallow, ...named, ...(timeColumn?.split(',') ?? [])])];
  const readers = columns.map(pointer);
  const hasNames = !found.every(Array.isArray);
  return {
    columns,
    rows: found.map((document) => readers.map((read) => cell(read(document)))),
    hasHeader: hasNames,
  };
}

/**
 * What the records hold, for people who named something else; of one document with a list in it, how its elements
 * become records.
 */
export function placesText({ columns, rows }: Table, named: readonly string[]): string {
  const places = columns.filter((column, at) => !named.includes(column) && rows.some((row) => row[at] !== ''));
  const element = places.find((place) => /.\/1\//.test(place));
  if (rows.length === 1 && element !== undefined) {
    const list = element.slice(0, element.indexOf('/1/'));
    const path = list
      .split('/')
      .slice(1)
      .map((name) => `[${/^\d+$/.test(name) ? name : JSON.stringify(name)}]`);
    return `the file is one document with a list at ${list}; make its elements the records: jq -c '.${path.join('')}[]'`;
  }
  return places.length === 0 ? '' : `its records have ${listed(places)}`;
}

/** Names at the top level, pointers below. */
function leaves(node: object, level: number): readonly string[] {
  const entries = Object.entries(node).slice(0, Array.isArray(node) ? LONGEST_LIST : MOST_PLACES);
  return entries.flatMap(([name, value]: [string, unknown]) => {
    const isDeep = typeof value === 'object' && value !== null;
    if (!isDeep) return [level === 0 && !name.startsWith('/') ? name : escaped(name)];
    return level === DEEPEST ? [] : leaves(value, level + 1).map((below) => escaped(name) + below);
  });
}

function escaped(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function depth(place: string): number {
  return place.startsWith('/') ? place.split('/').length : 1;
}

function parsed(text: string): object | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

function cell(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
