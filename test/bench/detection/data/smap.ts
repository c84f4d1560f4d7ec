import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Stretch } from '../../nab/labelled.ts';
import { labelsOf, stretches } from '../metrics/stretches.ts';
import { evenTimes, type Recording, type StreamCase } from '../recording.ts';
import { csvRows } from './csv.ts';
import { dataFolder } from './folder.ts';

const windowsFile = z.record(z.string(), z.object({ windows: z.array(z.tuple([z.number(), z.number()])) }));

/** A spacecraft's channel: `train` rows without an anomaly, then `test` rows. */
export interface SmapChannel {
  readonly recording: Recording;
  readonly trainRows: number;
  /** In rows of the whole recording. */
  readonly windows: readonly Stretch[];
}

/** The channels of SMAP and MSL at hand, by name. */
export function smapChannels(): SmapChannel[] {
  const folder = dataFolder('smap_msl');
  const windows = windowsFile.parse(JSON.parse(readFileSync(path.join(folder, 'windows.json'), 'utf8')));
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  return names.sort().map((file) => {
    const name = file.slice(0, -'.csv'.length);
    const rows = csvRows(path.join(folder, file));
    const trainRows = rows.filter(({ split }) => split === 'train').length;
    const values = [Float64Array.from(rows, ({ value }) => Number(value))];
    return {
      recording: { name, times: evenTimes(rows.length), values },
      trainRows,
      windows: eventsOf(windows[name]?.windows ?? [], trainRows, rows.length),
    };
  });
}

/** Windows that overlap are one event. */
function eventsOf(
  windows: readonly (readonly [number, number])[],
  trainRows: number,
  rows: number,
): readonly Stretch[] {
  return stretches(
    labelsOf(
      windows.map(([first, last]) => ({ first: trainRows + first, last: trainRows + last })),
      rows,
    ),
  );
}

/** Recordings without a clock, each a series of one stream of one channel. */
export function clocklessStream(
  recordings: readonly Recording[],
  more: Readonly<Record<string, unknown>> = {},
): StreamCase {
  return { config: { channels: { value: {} }, features: { calendar: [], season: null }, ...more }, recordings };
}
