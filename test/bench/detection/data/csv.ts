import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const table = z.array(z.record(z.string(), z.string()));

/** Rows of a CSV file by its header; gzip by the name. */
export function csvRows(file: string, delimiter = ','): readonly Readonly<Record<string, string>>[] {
  const bytes = readFileSync(file);
  return table.parse(parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true, delimiter }));
}

/** `2014-04-10 16:15:00`, or a date alone, taken as UTC. */
export function utcMs(text: string): number {
  return Date.parse(text.length > 10 ? `${text.slice(0, 19).replace(' ', 'T')}Z` : `${text}T00:00:00Z`);
}
