import type { Stretch } from '../../nab/labelled.ts';
import { vusPr } from '../../nab/precision.ts';
import { clocklessStream, type SmapChannel, smapChannels } from '../data/smap.ts';
import { mean } from '../metrics/bootstrap.ts';
import { clusteredPrecision } from '../metrics/clustered-precision.ts';
import { labelsOf } from '../metrics/stretches.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Cell, Part, PartOptions, PartResult, Share } from '../part.ts';
import type { Watched } from '../recording.ts';

const FALSE_ALARMS = [10, 40, 160];
/** Flagged rows of one bucket outside all events are one false alarm: merging neighbours would make flagging everything look perfect. */
const BUCKET_ROWS = 100;
const RECALL = 0.75;

/** The test part of a channel as it was judged. */
interface Judged {
  readonly windows: readonly Stretch[];
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
  /** The highest score of each event, and of each bucket of other rows. */
  readonly events: readonly number[];
  readonly others: readonly number[];
  /** Events in which an incident was raised, or one row after; incidents raised elsewhere. */
  readonly hits: number;
  readonly falses: number;
}

/** SMAP and MSL: each channel a stream of its own, its train part first. */
export const smap: Part = {
  name: 'smap',
  summary: `SMAP and MSL, each channel a stream of its own without a clock, its train part first; judged is the test part. Events hit by the score at ${FALSE_ALARMS.join(', ')} false alarms in all: one threshold, each ${BUCKET_ROWS} rows with a flagged row outside all events are one. Precision = events hit / (events hit + false alarms) at a recall of ${RECALL}; the same of the incidents raised, no budget given. Average precision and VUS-PR of the rows. Intervals: bootstrap over channels.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const judged = smapChannels().map((channel) => {
    const [watched] = contestant.watch(clocklessStream([channel.recording]), seed);
    return judge(channel, watched);
  });
  const events = sumOf(judged, (each) => each.events.length);
  const hits = sumOf(judged, (each) => each.hits);
  const falses = sumOf(judged, (each) => each.falses);
  const at = Object.fromEntries(FALSE_ALARMS.map((allowed) => [`hit at ${allowed}`, hitAt(judged, allowed)]));
  const cells: Record<string, Cell> = {
    ...at,
    [`precision at recall ${RECALL}`]: precisionAtRecall(judged),
    'incidents: recall': { hits, of: events },
    'incidents: precision': { hits, of: hits + falses },
    AP: clusteredPrecision(judged.map(({ labels, scores }) => ({ truth: labels, scores }))),
    'VUS-PR': mean(judged.filter(({ windows }) => windows.length > 0).map(volume)),
  };
  const headline = {
    'SMAP hit at 10': at['hit at 10'],
    'SMAP hit at 40': at['hit at 40'],
    'SMAP recall': cells['incidents: recall'],
    'SMAP precision': cells['incidents: precision'],
  };
  return { rows: [{ name: `${judged.length} channels`, cells }], headline };
}

function judge({ recording, trainRows, windows }: SmapChannel, { scores, incidents }: Watched): Judged {
  const rows = recording.times.length - trainRows;
  const shifted = windows.map(({ first, last }) => ({
    first: first - trainRows,
    last: Math.min(last - trainRows, rows - 1),
  }));
  const labels = labelsOf(shifted, rows);
  const tested = scores.slice(trainRows);
  const raised = incidents.map((incident) => incident.raised - trainRows).filter((row) => row >= 0);
  const isHit = ({ first, last }: Stretch) => raised.some((row) => row >= first && row <= last + 1);
  return {
    windows: shifted,
    labels,
    scores: tested,
    events: shifted.map(({ first, last }) => highest(tested.subarray(first, last + 1))),
    others: buckets(tested, labels),
    hits: shifted.filter(isHit).length,
    falses: raised.filter((row) => !shifted.some(({ first, last }) => row >= first && row <= last + 1)).length,
  };
}

function buckets(scores: Float64Array, labels: Uint8Array): number[] {
  const found: number[] = [];
  for (let from = 0; from < scores.length; from += BUCKET_ROWS) {
    const outside = scores.subarray(from, from + BUCKET_ROWS).filter((_, i) => labels[from + i] === 0);
    if (outside.length > 0) found.push(highest(outside));
  }
  return found;
}

function highest(scores: Float64Array): number {
  return scores.reduce((most, score) => Math.max(most, score), 0);
}

/** With the lowest threshold that at most so many false alarms lie above. */
function hitAt(judged: readonly Judged[], allowed: number): Share {
  const others = judged.flatMap((each) => each.others).sort((a, b) => b - a);
  const threshold = others[allowed] ?? Number.NEGATIVE_INFINITY;
  const events = judged.flatMap((each) => each.events);
  return { hits: events.filter((score) => score > threshold).length, of: events.length };
}

/** With the highest threshold that reaches the recall: flagged are scores at or above it. */
function precisionAtRecall(judged: readonly Judged[]): number {
  const events = judged.flatMap((each) => each.events).sort((a, b) => b - a);
  const threshold = events[Math.ceil(RECALL * events.length) - 1];
  const hits = events.filter((score) => score >= threshold).length;
  const falses = sumOf(judged, ({ others }) => others.filter((score) => score >= threshold).length);
  return hits / (hits + falses);
}

function volume({ windows, scores }: Judged): number {
  return vusPr([{ name: '', times: scores, values: scores, windows, scores }]);
}
