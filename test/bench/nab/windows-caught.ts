import { judgedWeeks, probation, type ScoredSeries, windowOfRow } from './labelled.ts';

/** False alarms are counted in buckets of this much time: neighbours that merge would make flagging everything one alarm. */
const BUCKET_MS = 6 * 3_600_000;

/** What a budget of false alarms buys. */
export interface Caught {
  /** Share of windows with a flagged row. */
  readonly caught: number;
  /** Mean share of a caught window that passed before its first flagged row. */
  readonly delay: number;
  /** Flagged are scores above it. */
  readonly threshold: number;
}

/**
 * One threshold for the corpus, the lowest that raises at most `perWeek` false alarms per series-week: each distinct 6-hour bucket with a
 * flagged row outside all windows is one. Rows on probation are not judged. O(rows).
 */
export function windowsCaught(corpus: readonly ScoredSeries[], perWeek: number): Caught {
  const alarms = corpus.flatMap(worstOfBuckets).sort((a, b) => b - a);
  const allowed = Math.floor(perWeek * judgedWeeks(corpus));
  const threshold = allowed < alarms.length ? alarms[allowed] : Number.NEGATIVE_INFINITY;
  const delays = corpus.flatMap((series) => delaysOf(series, threshold));
  const caught = delays.filter((delay) => delay < 1);
  const delay = caught.reduce((sum, d) => sum + d, 0) / caught.length;
  return { caught: caught.length / delays.length, delay, threshold };
}

/** For each window of a series, whether a row of it scores above the threshold. */
export function caughtAt(series: ScoredSeries, threshold: number): readonly boolean[] {
  return delaysOf(series, threshold).map((delay) => delay < 1);
}

function worstOfBuckets(series: ScoredSeries): number[] {
  const inside = windowOfRow(series);
  const worst = new Map<number, number>();
  for (let i = probation(series); i < series.times.length; i++) {
    if (inside[i] >= 0) continue;
    const bucket = Math.floor(series.times[i] / BUCKET_MS);
    worst.set(bucket, Math.max(worst.get(bucket) ?? Number.NEGATIVE_INFINITY, series.scores[i]));
  }
  return [...worst.values()];
}

/** For each window the share of it before its first flagged row, 1 where none is. */
function delaysOf(series: ScoredSeries, threshold: number): number[] {
  return series.windows.map(({ first, last }) => {
    for (let i = Math.max(first, probation(series)); i <= last; i++) {
      if (series.scores[i] > threshold) return (i - first) / (last - first + 1);
    }
    return 1;
  });
}
