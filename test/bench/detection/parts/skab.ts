import { vusPr } from '../../nab/precision.ts';
import { SKAB_CHANNELS, type SkabFile, skabFiles, skabStream } from '../data/skab.ts';
import { averagePrecisionOf } from '../metrics/average-precision.ts';
import { bootstrapped, mean } from '../metrics/bootstrap.ts';
import { stretches } from '../metrics/stretches.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Part, PartOptions, PartResult, Plot } from '../part.ts';
import type { Watched } from '../recording.ts';

/** Rows that nobody is judged by. */
const FROM = 400;
const ROWS_AN_HOUR = 3600;

interface Judged {
  readonly name: string;
  readonly precision: number;
  readonly vus: number;
  /** Incidents raised, and rows, on normal parts and on anomalous ones. */
  readonly incidents: readonly [number, number];
  readonly rows: readonly [number, number];
  /** Labelled stretches, and those in which an incident was raised. */
  readonly events: number;
  readonly caught: number;
}

/** SKAB: each file a stream of its own, no budget given. */
export const skab: Part = {
  name: 'skab',
  summary: `SKAB, ${SKAB_CHANNELS.length} channels at 1 Hz, each labelled file alone, rows from the ${FROM}th on. Average precision and VUS-PR of the row's score, mean over the files with an anomaly; incidents raised an hour on anomalous and on normal parts, no budget given; stretches in which an incident was raised. Intervals: bootstrap over files.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const watched = skabFiles().map((file) => ({ file, watched: contestant.watch(skabStream(file), seed)[0] }));
  const judged = watched.map(({ file, watched: w }) => judge(file, w));
  const perHour = (part: 0 | 1) => (files: readonly Judged[]) =>
    (ROWS_AN_HOUR * sumOf(files, ({ incidents }) => incidents[part])) / sumOf(files, ({ rows }) => rows[part]);
  const cells = {
    'average precision': bootstrapped(judged, (files) => mean(files.map(({ precision }) => precision))),
    'VUS-PR': bootstrapped(judged, (files) => mean(files.map(({ vus }) => vus))),
    'incidents/h anomalous': bootstrapped(judged, perHour(1)),
    'incidents/h normal': bootstrapped(judged, perHour(0)),
    'stretches caught': { hits: sumOf(judged, ({ caught }) => caught), of: sumOf(judged, ({ events }) => events) },
  };
  const plots = contestant.name === 'surprisal' ? watched.slice(0, 2).map(({ file, watched: w }) => plot(file, w)) : [];
  return {
    rows: [{ name: `${judged.length} files`, cells }],
    headline: {
      'SKAB AP': cells['average precision'].value,
      'SKAB inc/h anomalous': cells['incidents/h anomalous'].value,
      'SKAB inc/h normal': cells['incidents/h normal'].value,
    },
    plots,
  };
}

function judge({ name, labels, times }: SkabFile, { scores, incidents, recording }: Watched): Judged {
  const seen = labels.slice(FROM);
  const windows = stretches(seen);
  const judgedScores = scores.slice(FROM);
  const raised = incidents.map((incident) => incident.raised - FROM).filter((row) => row >= 0);
  const anomalous = raised.filter((row) => seen[row] === 1).length;
  const ones = seen.reduce((total, label) => total + label, 0);
  const series = {
    name,
    times: times.slice(FROM),
    values: recording.values[0].slice(FROM),
    windows,
    scores: judgedScores,
  };
  return {
    name,
    precision: averagePrecisionOf(seen, judgedScores),
    vus: windows.length === 0 ? Number.NaN : vusPr([series]),
    incidents: [raised.length - anomalous, anomalous],
    rows: [seen.length - ones, ones],
    events: windows.length,
    caught: windows.filter(({ first, last }) => raised.some((row) => row >= first && row <= last + 1)).length,
  };
}

function plot(file: SkabFile, { scores }: Watched): Plot {
  return {
    title: `SKAB ${file.name}: score`,
    x: [...file.times],
    curves: [{ name: 'score', y: [...scores] }],
    time: true,
    shaded: stretches(file.labels).map(({ first, last }) => [file.times[first], file.times[last]]),
  };
}
