import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { LabelledSeries, Stretch } from './labelled.ts';

const windowsFile = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const rowsFile = z.array(z.object({ timestamp: z.string(), value: z.coerce.number() }));

/** The NAB files under `folder` (`windows.json` and `data/<group>/<name>.csv`), by name. */
export function nabCorpus(folder: string): LabelledSeries[] {
  const windows = windowsFile.parse(JSON.parse(readFileSync(path.join(folder, 'windows.json'), 'utf8')));
  const data = path.join(folder, 'data');
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => labelled(name, path.join(data, name), windows[name] ?? []));
}

function labelled(name: string, file: string, limits: readonly (readonly [string, string])[]): LabelledSeries {
  const rows = rowsFile.parse(parse(readFileSync(file), { columns: true }));
  const times = Float64Array.from(rows, ({ timestamp }) => utcMs(timestamp));
  const windows = limits.map(([start, end]): Stretch => {
    const first = times.findIndex((time) => time >= utcMs(start));
    return { first, last: times.findLastIndex((time) => time <= utcMs(end)) };
  });
  return { name, times, values: Float64Array.from(rows, ({ value }) => value), windows };
}

/** `2014-04-10 16:15:00` with or without a fraction, taken as UTC. */
function utcMs(timestamp: string): number {
  return Date.parse(`${timestamp.slice(0, 19).replace(' ', 'T')}Z`);
}
