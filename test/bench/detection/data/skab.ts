import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Recording, StreamCase } from '../recording.ts';
import { csvRows, utcMs } from './csv.ts';
import { dataFolder } from './folder.ts';

/** The eight sensors of the pump loop. */
export const SKAB_CHANNELS = [
  'Accelerometer1RMS',
  'Accelerometer2RMS',
  'Current',
  'Pressure',
  'Temperature',
  'Thermocouple',
  'Voltage',
  'Volume Flow RateRMS',
] as const;

/** A file of SKAB: a row a second, 1 where it is labelled anomalous. */
export interface SkabFile extends Recording {
  readonly labels: Uint8Array;
}

/** The labelled files, by name. */
export function skabFiles(): SkabFile[] {
  const folder = dataFolder('skab');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'));
  const labelled = names.filter((name) => !name.startsWith('anomaly-free'));
  return labelled.sort().map((name) => skabFile(name, path.join(folder, name)));
}

/** The run without any fault: 9 405 rows. */
export function skabFaultFree(): Recording {
  return skabFile('anomaly-free', path.join(dataFolder('skab'), 'anomaly-free/anomaly-free.csv'));
}

/** A file as a stream of its own. */
export function skabStream(recording: Recording): StreamCase {
  return {
    config: { channels: Object.fromEntries(SKAB_CHANNELS.map((_, i) => [`c${i}`, {}])) },
    recordings: [recording],
  };
}

function skabFile(name: string, file: string): SkabFile {
  const rows = csvRows(file, ';');
  return {
    name,
    times: Float64Array.from(rows, ({ datetime }) => utcMs(datetime)),
    values: SKAB_CHANNELS.map((channel) => Float64Array.from(rows, (row) => Number(row[channel]))),
    labels: Uint8Array.from(rows, ({ anomaly }) => Number(anomaly ?? 0)),
  };
}
