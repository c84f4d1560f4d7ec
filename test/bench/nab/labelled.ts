/** A stretch of rows, both ends inclusive. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** A NAB file: its rows, and the windows around what people called anomalous, in order and apart. */
export interface LabelledSeries {
  readonly name: string;
  /** Epoch ms. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly windows: readonly Stretch[];
}

/** A series with a score for each row: the higher, the more anomalous. */
export interface ScoredSeries extends LabelledSeries {
  readonly scores: Float64Array;
}

/** Rows at the start that nobody is judged by: 15 %, at most 750 (NAB, `getProbationPeriod`). */
export function probation({ times }: LabelledSeries): number {
  return Math.min(Math.floor(0.15 * times.length), 750);
}

/** The window that each row lies in, or −1. */
export function windowOfRow({ times, windows }: LabelledSeries): Int32Array {
  const inside = new Int32Array(times.length).fill(-1);
  windows.forEach(({ first, last }, w) => {
    inside.fill(w, first, last + 1);
  });
  return inside;
}

/** Rows judged, in weeks of the series' own time, summed. */
export function judgedWeeks(corpus: readonly LabelledSeries[]): number {
  const weekMs = 7 * 86_400_000;
  return corpus.reduce((sum, s) => sum + (s.times[s.times.length - 1] - s.times[probation(s)]) / weekMs, 0);
}
