/** Counts of what a detector did, for metrics. */
export interface DetectorCounts {
  /** Rows scored. */
  readonly rows: number;
  /** Rows without a value to score. */
  readonly missing: number;
  readonly updates: number;
  readonly evicted: number;
  /** Rows outside the sessions of the stream: neither scored nor learned. */
  readonly outside: number;
}
