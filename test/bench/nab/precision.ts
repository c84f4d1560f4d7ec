import { probation, type ScoredSeries, type Stretch, windowOfRow } from './labelled.ts';

/** Thresholds tried for an area, and the buffers around a window it is averaged over. */
const THRESHOLDS = 250;
const BUFFERS = [0, 25, 50, 75, 100];

/** Average precision over the judged rows of all series, pooled; positive = inside a window. Ties enter together. */
export function averagePrecision(corpus: readonly ScoredSeries[]): number {
  const rows = corpus.flatMap((series) => {
    const inside = windowOfRow(series);
    return Array.from(series.scores, (score, i) => ({ score, positive: inside[i] >= 0 })).slice(probation(series));
  });
  rows.sort((a, b) => b.score - a.score);
  const positives = rows.filter(({ positive }) => positive).length;
  let [hits, area, recall] = [0, 0, 0];
  rows.forEach((row, i) => {
    if (row.positive) hits++;
    if (i + 1 < rows.length && rows[i + 1].score === row.score) return;
    area += (hits / positives - recall) * (hits / (i + 1));
    recall = hits / positives;
  });
  return area;
}

/**
 * VUS-PR (Paparrizos et al. 2022): the area under the range-based precision-recall curve, averaged over buffers of 0 to 100 rows around the
 * windows, and over the series that have a window. O(buffers·thresholds·rows).
 */
export function vusPr(corpus: readonly ScoredSeries[]): number {
  const areas = corpus.filter(({ windows }) => windows.length > 0).map(volumeOf);
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function volumeOf(series: ScoredSeries): number {
  const thresholds = thresholdsOf(series.scores);
  const areas = BUFFERS.map((buffer) => rangeArea(series, buffer, thresholds));
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function thresholdsOf(scores: Float64Array): number[] {
  const sorted = Float64Array.from(scores).sort().reverse();
  const step = (sorted.length - 1) / (THRESHOLDS - 1);
  return [...new Set(Array.from({ length: THRESHOLDS }, (_, i) => sorted[Math.round(i * step)]))];
}

function rangeArea(series: ScoredSeries, buffer: number, thresholds: readonly number[]): number {
  const label = softLabel(series.windows, series.times.length, buffer);
  const hard = series.windows.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const positives = (hard + label.reduce((sum, l) => sum + l, 0)) / 2;
  let [area, before] = [0, 0];
  for (const threshold of thresholds) {
    let [hits, flagged] = [0, 0];
    for (let i = 0; i < label.length; i++) {
      if (series.scores[i] < threshold) continue;
      hits += label[i];
      flagged++;
    }
    const recall = Math.min(hits / positives, 1) * existence(series, buffer, threshold);
    area += Math.max(recall - before, 0) * (hits / flagged);
    before = Math.max(before, recall);
  }
  return area;
}

/** 1 inside a window, √(1 − distance/buffer) beside it. */
function softLabel(windows: readonly Stretch[], length: number, buffer: number): Float64Array {
  const label = new Float64Array(length);
  for (const { first, last } of windows) {
    const from = Math.max(0, first - (buffer >> 1));
    for (let i = from; i <= Math.min(length - 1, last + (buffer >> 1)); i++) {
      const distance = Math.max(first - i, i - last, 0);
      label[i] = Math.max(label[i], distance === 0 ? 1 : Math.sqrt(1 - distance / buffer));
    }
  }
  return label;
}

/** Share of windows, buffers included, with a flagged row. */
function existence({ windows, scores }: ScoredSeries, buffer: number, threshold: number): number {
  const found = windows.filter(({ first, last }) => {
    const from = Math.max(0, first - (buffer >> 1));
    return scores.subarray(from, last + (buffer >> 1) + 1).some((score) => score >= threshold);
  });
  return found.length / windows.length;
}
