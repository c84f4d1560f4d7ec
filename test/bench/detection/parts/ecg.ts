import { readdirSync } from 'node:fs';
import path from 'node:path';
import { vusPr } from '../../nab/precision.ts';
import { csvRows } from '../data/csv.ts';
import { dataFolder } from '../data/folder.ts';
import { clocklessStream } from '../data/smap.ts';
import { averagePrecisionOf } from '../metrics/average-precision.ts';
import { stretches } from '../metrics/stretches.ts';
import type { Part, PartOptions, PartResult, Plot, Row } from '../part.ts';
import { evenTimes, type Recording, type Watched } from '../recording.ts';

/** Rows that nobody is judged by. */
const FROM = 750;
/** Rows of a record that are drawn. */
const DRAWN = 4000;
const SAMPLE_MS = 8;

interface EcgRecord extends Recording {
  readonly labels: Uint8Array;
}

/** Heart beats: each record a stream of its own. */
export const ecg: Part = {
  name: 'ecg',
  summary: `Three records of the MIT-BIH supraventricular database (first 60 000 samples), each a stream of its own without a clock, rows from the ${FROM}th on: average precision and VUS-PR of the row's score against the windows of ectopic beats; beats in which an incident was raised, and incidents raised elsewhere in 10 000 rows, no budget given.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const judged = records().map((record) => {
    const [watched] = contestant.watch(clocklessStream([record]), seed);
    return { record, watched, row: judge(record, watched) };
  });
  const plots = contestant.name === 'surprisal' ? judged.map(({ record, watched }) => plot(record, watched)) : [];
  const headline = Object.fromEntries(judged.map(({ row }) => [`ECG ${row.name} AP`, row.cells['average precision']]));
  return { rows: judged.map(({ row }) => row), headline, plots };
}

function records(): EcgRecord[] {
  const folder = dataFolder('ecg');
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  return names.sort().map((file) => {
    const rows = csvRows(path.join(folder, file));
    return {
      name: /\d+/.exec(file)?.[0] ?? file,
      times: evenTimes(rows.length, SAMPLE_MS),
      values: [Float64Array.from(rows, ({ value }) => Number(value))],
      labels: Uint8Array.from(rows, ({ label }) => Number(label)),
    };
  });
}

function judge({ name, labels, values }: EcgRecord, { scores, incidents }: Watched): Row {
  const seen = labels.slice(FROM);
  const judgedScores = scores.slice(FROM);
  const windows = stretches(seen);
  const raised = incidents.map((incident) => incident.raised - FROM).filter((row) => row >= 0);
  const outside = raised.filter((row) => seen[row] === 0).length;
  const calm = seen.length - seen.reduce((sum, label) => sum + label, 0);
  const hits = windows.filter(({ first, last }) => raised.some((row) => row >= first && row <= last + 1)).length;
  const series = { name, times: judgedScores, values: values[0].slice(FROM), windows, scores: judgedScores };
  return {
    name,
    cells: {
      'average precision': averagePrecisionOf(seen, judgedScores),
      'VUS-PR': vusPr([series]),
      'beats caught': { hits, of: windows.length },
      'false/10k': (10_000 * outside) / calm,
    },
  };
}

function plot({ name, times, labels, values }: EcgRecord, { scores }: Watched): Plot {
  const from = Math.max(FROM, labels.indexOf(1, FROM) - DRAWN / 2);
  const cut = <T extends Float64Array | Uint8Array>(all: T) => all.slice(from, from + DRAWN);
  return {
    title: `ECG ${name}: value and score, x in ms`,
    x: [...cut(times)],
    curves: [
      { name: 'value', y: [...cut(values[0])] },
      { name: 'score', y: [...cut(scores)] },
    ],
    shaded: stretches(cut(labels)).map(({ first, last }) => [times[from + first], times[from + last]]),
  };
}
