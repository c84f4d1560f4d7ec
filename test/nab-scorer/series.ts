import type { ScoredSeries, Stretch } from '../bench/nab/labelled.ts';

const FIVE_MINUTES = 300_000;

/** A series of five-minute rows with these windows, flagged (score 1) at these rows. */
export function flaggedSeries(length: number, windows: readonly Stretch[], flagged: readonly number[]): ScoredSeries {
  const scores = new Float64Array(length);
  for (const i of flagged) scores[i] = 1;
  return {
    name: 'made.csv',
    times: Float64Array.from({ length }, (_, i) => i * FIVE_MINUTES),
    values: new Float64Array(length),
    windows,
    scores,
  };
}
