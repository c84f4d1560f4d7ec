import { probation, type ScoredSeries, windowOfRow } from './labelled.ts';

/* The Numenta Anomaly Benchmark's score (Lavin & Ahmad 2015, section III; NAB's scorer and sweeper):
 *   y in a window  = −(last − i + 1)/(last − first + 1)      y past one = (i − last)/(last − first), none before: −1
 *   σ(y) = 2/(1 + e^{5y}) − 1, and −1 for y > 3
 *   a window is worth σ of its first flagged row / σ(−1), or −A_FN; each flagged row outside is worth A_FP·σ(y)
 *   score = 100·(sum − null)/(perfect − null), null flags nothing, perfect flags each window's first row               */

/** What a profile weighs: a missed window, and a flagged row far from any. */
export interface Profile {
  readonly missed: number;
  readonly falseAlarm: number;
}

export const profiles = {
  standard: { missed: 1, falseAlarm: 0.11 },
  lowFalsePositives: { missed: 1, falseAlarm: 0.22 },
  lowFalseNegatives: { missed: 2, falseAlarm: 0.11 },
} as const satisfies Record<string, Profile>;

/** A score of 0..100 (below 0: worse than silence), and the threshold it is had with: flagged are scores ≥ it. */
export interface NabScore {
  readonly score: number;
  readonly threshold: number;
}

interface JudgedRow {
  readonly score: number;
  /** Number of the window over the corpus, or −1. */
  readonly window: number;
  /** σ, scaled to 1 at a window's start. */
  readonly worth: number;
}

/** The best score over all thresholds, one threshold for the whole corpus. O(rows·log rows). */
export function nabScore(corpus: readonly ScoredSeries[], profile: Profile): NabScore {
  const rows = corpus.flatMap(judgedRows).sort((a, b) => b.score - a.score);
  const windows = windowCount(corpus);
  const best = new Float64Array(windows).fill(-profile.missed);
  let sum = -profile.missed * windows;
  let [top, threshold] = [sum, Number.POSITIVE_INFINITY];
  rows.forEach((row, i) => {
    sum += gain(row, best, profile);
    if (i + 1 < rows.length && rows[i + 1].score === row.score) return;
    if (sum > top) [top, threshold] = [sum, row.score];
  });
  return { score: normalised(top, windows, profile), threshold };
}

/** The score with a threshold chosen elsewhere. */
export function nabScoreAt(corpus: readonly ScoredSeries[], profile: Profile, threshold: number): number {
  return pooledScore([pointsAt(corpus, profile, threshold)], profile);
}

/** What files have before they are pooled. */
export interface Points {
  readonly sum: number;
  readonly windows: number;
}

/** The points of some files at a threshold: points of several parts of a corpus add up. */
export function pointsAt(corpus: readonly ScoredSeries[], profile: Profile, threshold: number): Points {
  const windows = windowCount(corpus);
  const best = new Float64Array(windows).fill(-profile.missed);
  let sum = -profile.missed * windows;
  for (const row of corpus.flatMap(judgedRows)) if (row.score >= threshold) sum += gain(row, best, profile);
  return { sum, windows };
}

/** The score of a corpus by the points of its parts; NaN without a window. */
export function pooledScore(points: readonly Points[], profile: Profile): number {
  const sum = points.reduce((total, part) => total + part.sum, 0);
  return normalised(
    sum,
    points.reduce((total, part) => total + part.windows, 0),
    profile,
  );
}

function normalised(sum: number, windows: number, { missed }: Profile): number {
  return (100 * (sum + missed * windows)) / (windows * (1 + missed));
}

function windowCount(corpus: readonly ScoredSeries[]): number {
  return corpus.reduce((sum, { windows }) => sum + windows.length, 0);
}

/** What flagging a row adds to the sum, by the best of its window so far. */
function gain({ window, worth }: JudgedRow, best: Float64Array, { falseAlarm }: Profile): number {
  if (window < 0) return worth * falseAlarm;
  const before = best[window];
  best[window] = Math.max(before, worth);
  return best[window] - before;
}

function judgedRows(series: ScoredSeries, index: number, corpus: readonly ScoredSeries[]): JudgedRow[] {
  const inside = windowOfRow(series);
  const firstWindow = windowCount(corpus.slice(0, index));
  const rows: JudgedRow[] = [];
  let latest = -1;
  for (let i = 0; i < series.times.length; i++) {
    if (inside[i] >= 0) latest = inside[i];
    if (i < probation(series)) continue;
    const window = inside[i] < 0 ? -1 : firstWindow + inside[i];
    rows.push({ score: series.scores[i], window, worth: worthOf(series, i, inside[i], latest) });
  }
  return rows;
}

function worthOf({ windows }: ScoredSeries, i: number, inside: number, latest: number): number {
  if (latest < 0) return -1;
  const { first, last } = windows[latest];
  if (inside >= 0) return sigmoid(-(last - i + 1) / (last - first + 1)) / sigmoid(-1);
  return sigmoid((i - last) / (last - first));
}

function sigmoid(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}
