import { transformed } from '../../../../src/feature/transform.ts';
import type { Contestant } from '../contestant.ts';
import type { Incident, Recording, StreamCase, Watched } from '../recording.ts';

/** Scores of rows by what came before each: the higher, the more anomalous. `channels` is [channel][row]; nothing is missing. */
export type Scorer = (channels: readonly Float64Array[], seed: number) => Float64Array;

/** A detector to compare with, in plain TypeScript. */
export interface Baseline {
  readonly name: string;
  /** A scorer of one channel is run on each, and the row's score is the highest; of all channels, it sees them together. */
  readonly sees: 'channel' | 'row';
  readonly score: Scorer;
  /** Score above which a row alarms by the method's own custom; `usual`: above mean + 3 sd of the scores so far. */
  readonly alarm: number | 'usual';
  /** Rows without an alarm that end an incident; 0 = each alarming row is one. */
  readonly calmRows?: number;
}

/** Ten rows, as the product waits by default. */
const CALM_ROWS = 10;
/** An incident that lasts longer than this is raised again: or one that never ends would be a single false alarm. */
const LONGEST_ROWS = 100;
const USUAL_DEVIATIONS = 3;
const USUAL_FROM = 100;

/** The baseline as a contestant: values are transformed as the stream's channels ask, and missing ones left out. */
export function contestantOf(baseline: Baseline, kind: Contestant['kind'] = 'baseline'): Contestant {
  return {
    name: baseline.name,
    kind,
    settings: {},
    change: (options) => options,
    watch: (stream, seed) => stream.recordings.map((recording) => watch(baseline, stream, recording, seed)),
  };
}

function watch(baseline: Baseline, { config }: StreamCase, recording: Recording, seed: number): Watched {
  const transforms = Object.values(config.channels).map(({ transform }) => String(transform ?? 'none'));
  const values = recording.values.map((channel, c) => seen(channel, transforms[c]));
  const byChannel =
    baseline.sees === 'channel'
      ? values.map((channel) => scoredChannel(baseline.score, channel, seed))
      : [baseline.score(values, seed)];
  const scores = new Float64Array(recording.times.length);
  const leads = new Uint16Array(scores.length);
  byChannel.forEach((channel, c) => {
    for (let row = 0; row < scores.length; row++) {
      if (channel[row] > scores[row]) [scores[row], leads[row]] = [channel[row], c];
    }
  });
  return { recording, scores, incidents: incidentsOf(baseline, scores, leads) };
}

function seen(values: Float64Array, transform: string): Float64Array {
  if (transform === 'none') return values;
  if (transform !== 'log1p' && transform !== 'log_return' && transform !== 'difference') throw new Error(transform);
  return values.map((value, row) => transformed(transform, value, row > 0 ? values[row - 1] : Number.NaN));
}

function scoredChannel(score: Scorer, values: Float64Array, seed: number): Float64Array {
  if (!values.some(Number.isNaN)) return score([values], seed);
  const rows = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const known = score([Float64Array.from(rows, (row) => values[row])], seed);
  const scores = new Float64Array(values.length);
  rows.forEach((row, i) => {
    scores[row] = known[i];
  });
  return scores;
}

function incidentsOf({ alarm, calmRows = CALM_ROWS }: Baseline, scores: Float64Array, leads: Uint16Array): Incident[] {
  const alarms = alarm === 'usual' ? aboveUsual(scores) : scores.map((score) => (score > alarm ? 1 : 0));
  const found: { raised: number; resolved: number; channel: number }[] = [];
  let calmFrom = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < scores.length; row++) {
    if (alarms[row] === 0) continue;
    const open = found.at(-1);
    const goesOn = open !== undefined && row - calmFrom < calmRows && row - open.raised < LONGEST_ROWS;
    if (goesOn) open.resolved = row + calmRows;
    else found.push({ raised: row, resolved: row + calmRows, channel: leads[row] });
    calmFrom = row;
  }
  return found;
}

/** 1 where a score lies above mean + 3 sd of those before it. */
function aboveUsual(scores: Float64Array): Float64Array {
  let [n, mean, squares] = [0, 0, 0];
  return scores.map((score) => {
    const limit = mean + USUAL_DEVIATIONS * Math.sqrt(squares / Math.max(1, n));
    const above = n >= USUAL_FROM && score > limit ? 1 : 0;
    n++;
    const before = mean;
    mean += (score - mean) / n;
    squares += (score - before) * (score - mean);
    return above;
  });
}
