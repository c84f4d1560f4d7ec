/** Rows of one series: `values` is [channel][row], NaN = missing; `times` epoch ms, never falling. */
export interface Recording {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: readonly Float64Array[];
}

/** Series that share a stream, and the stream's section as YAML would have it, its source apart. */
export interface StreamCase {
  readonly config: StreamConfigInput;
  readonly recordings: readonly Recording[];
}

/** What a stream's section needs here; `streamOptions` checks it. */
export interface StreamConfigInput {
  readonly channels: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [section: string]: unknown;
}

/** An incident, by rows of its recording. */
export interface Incident {
  /** Row that raised it. */
  readonly raised: number;
  /** Row that resolved it; undefined = it lasts to the end. */
  readonly resolved?: number | undefined;
  /** Index of the channel to blame. */
  readonly channel: number;
}

/** What a contestant said of a recording. */
export interface Watched {
  readonly recording: Recording;
  /** One a row: the higher, the more anomalous; 0 where it said nothing. */
  readonly scores: Float64Array;
  readonly incidents: readonly Incident[];
  /** The 95 % band of the first channel, where the contestant has one. */
  readonly band?: { readonly lower: Float64Array; readonly upper: Float64Array } | undefined;
}

/** Rows without a clock of their own are taken to be this far apart, as `replay` takes them. */
export const CLOCKLESS_MS = 1000;

/** Times of rows without a clock. */
export function evenTimes(rows: number, stepMs = CLOCKLESS_MS): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => i * stepMs);
}
