import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sequence } from '../../fixtures/sequences/sequences.ts';
import { jobOf } from '../../src/cli/forecast-job.ts';
import { Detector } from '../../src/detector/detector.ts';
import { footprintOf } from '../../src/detector/footprint.ts';
import type { AlertOutput, ScoreOutput } from '../../src/event/output.ts';

const NEVER = new AbortController().signal;

/** What an example of config/sequences says of a sequence that was written to a file. */
export interface Read {
  readonly scores: readonly ScoreOutput[];
  readonly alerts: readonly AlertOutput[];
  /** Of the network: weights and what its learning remembers. */
  readonly weightBytes: number;
}

/** Writes a sequence to a file, and reads it as the configuration of that name does. */
export async function read(name: string, { csv }: Sequence): Promise<Read> {
  const path = join(mkdtempSync(join(tmpdir(), 'sequence-')), `${name}.csv`);
  writeFileSync(path, csv);
  const input = { config: `config/sequences/${name}.yaml`, format: 'csv', header: true, clock: true } as const;
  const job = await jobOf(path, { ...input, timeFormat: '', timeZone: '', transform: '', seed: 1, engine: 'auto' });
  const detector = new Detector({ ...job.options, scores: true });
  const decoder = job.decoder(await job.source.columns?.());
  const outputs = [];
  let rows = 0;
  for await (const batch of job.source.read(0, NEVER)) {
    for (const record of job.prepared(batch, rows)) detector.observe(decoder.decode(record));
    outputs.push(...detector.drain());
    rows += batch.length;
  }
  await job.source.close();
  return {
    scores: outputs.filter((output) => output.kind === 'score'),
    alerts: outputs.filter((output) => output.kind === 'alert'),
    weightBytes: footprintOf(job.options, 1).weights,
  };
}

/** Rows of the alerts that were raised. */
export function raised(alerts: readonly AlertOutput[]): number[] {
  return alerts.filter(({ state, revision }) => state === 'firing' && revision === 0).map(rowOf);
}

/** Number of the row of a score: rows are a second apart. */
export function rowOf({ timeMs }: { readonly timeMs: number }): number {
  return Math.round(timeMs / 1000);
}

/** The row of most bits, from this one on. */
export function mostSurprising(scores: readonly ScoreOutput[], from = 0): number {
  const late = scores.filter((score) => rowOf(score) >= from);
  return rowOf(late.reduce((most, score) => (score.bits > most.bits ? score : most), late[0]));
}

/** Mean bits of the rows [from, to). */
export function meanBits(scores: readonly ScoreOutput[], from: number, to: number): number {
  const some = scores.filter((score) => rowOf(score) >= from && rowOf(score) < to);
  return some.reduce((sum, { bits }) => sum + bits, 0) / some.length;
}
