import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { LabelledSeries, ScoredSeries } from './labelled.ts';

const scoresFile = z.array(z.object({ score: z.coerce.number(), alert: z.string() }));

/** A series with what `surprisal replay --scores` wrote of it, and how many alerts that were. */
export interface Replayed extends ScoredSeries {
  readonly alerts: number;
}

/** Where a series' replayed scores are looked for: slashes of its name as underscores. */
export function scoresPath(folder: string, { name }: LabelledSeries): string {
  return path.join(folder, name.replaceAll('/', '_'));
}

/** Reads the scores of a series back. @throws Error where the file is absent, or has another number of rows. */
export function replayed(folder: string, series: LabelledSeries): Replayed {
  const file = scoresPath(folder, series);
  if (!existsSync(file)) throw new Error(`${file} is missing: replay ${series.name} first`);
  const rows = scoresFile.parse(parse(readFileSync(file), { columns: true }));
  if (rows.length !== series.times.length) {
    throw new Error(`${file} has ${rows.length} rows where ${series.name} has ${series.times.length}`);
  }
  const alerts = new Set(rows.map(({ alert }) => alert).filter((alert) => alert !== '')).size;
  return { ...series, scores: Float64Array.from(rows, ({ score }) => score), alerts };
}
