import type { EpochMs } from '../event/time.ts';
import type { VerdictStep } from '../similar/verdicts.ts';

/**
 * Something that wall time brought about, written down so that it happens again in the same place: the only thing,
 * beside its records, on which what a task emits depends.
 */
export interface Tick {
  /** Of its task, counted from 0. */
  readonly number: number;
  /** It comes before the record at this offset of the source. */
  readonly offset: number;
  /** Nothing came until what would be this event time: series that were to send by then have fallen silent. */
  readonly silentMs: EpochMs;
  /** Where present, the tick is a person's answer to an alert, and nothing has fallen silent. */
  readonly answer?: VerdictStep;
  /** Where present, the answer came through a feedback topic, and this is the place after it there. */
  readonly feedback?: number;
}

/** The number after those of ticks that are committed now. */
export function tickedAfter(before = 0, ticks: readonly Tick[] = []): number {
  return Math.max(before, (ticks.at(-1)?.number ?? -1) + 1);
}

/** The place in the feedback topic after the answers that are committed now; undefined before the first. */
export function answeredAfter(before: number | undefined, ticks: readonly Tick[] = []): number | undefined {
  return ticks.reduce(
    (place, { feedback }) => (feedback === undefined ? place : Math.max(place ?? 0, feedback)),
    before,
  );
}

/** All ticks of both, by number; where both have one, that of `newer`. O(n). */
export function withTicks(ticks: readonly Tick[], newer: readonly Tick[] = []): readonly Tick[] {
  if (newer.length === 0) return ticks;
  const numbers = new Set(newer.map(({ number }) => number));
  return [...ticks.filter(({ number }) => !numbers.has(number)), ...newer].sort((a, b) => a.number - b.number);
}
