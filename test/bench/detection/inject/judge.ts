import type { Watched } from '../recording.ts';
import type { FaultyRecording, InjectedFault } from './faults.ts';
import { AFTERMATH_ROWS, type Forbidden } from './plan.ts';

/** Rows of a bucket in which flagged rows are one false alarm. */
const BUCKET_ROWS = 100;

/** A fault, and what a contestant made of it. */
export interface Found {
  readonly fault: InjectedFault;
  /** An incident was raised during the fault, or one row after it. */
  readonly caught: boolean;
  readonly rightChannel: boolean;
  /** Rows from the fault's first to the one that raised the incident; NaN where none did. */
  readonly delay: number;
  /** The highest score in the same rows. */
  readonly score: number;
}

/** A faulty recording as it was judged. */
export interface JudgedRecording {
  readonly found: readonly Found[];
  /** Rows outside faults, aftermaths and rows that are not sure. */
  readonly calmRows: number;
  /** Incidents raised in those. */
  readonly falses: number;
  /** The highest score of each bucket of those. */
  readonly calmScores: readonly number[];
}

/** What became of each fault, and what was raised beside them. O(rows + faults·incidents). */
export function judgeFaults(
  { faults, recording }: FaultyRecording,
  watched: Watched,
  unsure: Forbidden,
): JudgedRecording {
  const rows = recording.times.length;
  const calm = Uint8Array.from({ length: rows }, (_, row) => (unsure(row, row) ? 0 : 1));
  for (const { first, last } of faults) calm.fill(0, first, last + 2 + AFTERMATH_ROWS);
  return {
    found: faults.map((fault) => find(fault, watched)),
    calmRows: calm.reduce((sum, one) => sum + one, 0),
    falses: watched.incidents.filter(({ raised }) => calm[raised] === 1).length,
    calmScores: worstOfBuckets(watched.scores, calm),
  };
}

function find(fault: InjectedFault, { incidents, scores }: Watched): Found {
  const { first, last, channel } = fault;
  const hits = incidents.filter(({ raised }) => raised >= first && raised <= last + 1);
  return {
    fault,
    caught: hits.length > 0,
    rightChannel: hits[0]?.channel === channel,
    delay: hits.length > 0 ? hits[0].raised - first : Number.NaN,
    score: scores.subarray(first, last + 2).reduce((most, score) => Math.max(most, score), 0),
  };
}

function worstOfBuckets(scores: Float64Array, calm: Uint8Array): number[] {
  const worst = new Map<number, number>();
  for (let row = 0; row < scores.length; row++) {
    if (calm[row] === 0) continue;
    const bucket = Math.floor(row / BUCKET_ROWS);
    worst.set(bucket, Math.max(worst.get(bucket) ?? 0, scores[row]));
  }
  return [...worst.values()];
}

/** The lowest threshold that flags (score above it) at most so many buckets in 10 000 calm rows. */
export function thresholdFor(judged: readonly JudgedRecording[], falsePer10000: number): number {
  const calmRows = judged.reduce((sum, { calmRows: rows }) => sum + rows, 0);
  const scores = judged.flatMap(({ calmScores }) => calmScores).sort((a, b) => b - a);
  return scores[Math.floor((falsePer10000 * calmRows) / 10_000)] ?? 0;
}
