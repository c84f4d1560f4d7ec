/** The number that a statistic judged, for people. */
export interface Evidence {
  /** Rows that it looked at. */
  readonly rows: number;
  readonly value: number;
  /** What is usual for it; NaN where 0 is. */
  readonly usual: number;
  /** `unit`: in the channel's unit; `share`: of the value, a difference of logarithms; `number`: a count or a ratio. */
  readonly as: 'unit' | 'share' | 'number';
}

/** What a word was, what was expected in its place and how probable that was, and the word before it; '' = unseen. */
export interface WordEvidence {
  readonly seen: string;
  readonly expected: string;
  readonly probability: number;
  readonly after: string;
}

/** A p-value that claims no more than was seen: nothing is rarer than once in all rows. */
export function seenRarity(pValue: number, rows: number): number {
  return Math.min(1, Math.max(pValue, 1 / Math.max(rows, 1)));
}
