import type { IncidentState } from '../alert/lifecycle.ts';
import type { AlertReason } from '../event/output.ts';
import type { Insight, StatisticShare } from '../similar/insight.ts';
import { MOST_ROWS, outlines, type Signature } from '../similar/signature.ts';
import type { Judge } from './judge.ts';
import type { DetectorOptions } from './options.ts';

/** The steps of a series' newest rows before the one that is judged: [row · D + d], at most so many rows. */
export type RecentSteps = (slot: number, most: number) => Float32Array;

/**
 * What is noted of incidents beside the outputs, since it was taken last. No output depends on it, and it is no part of
 * the state.
 */
export class Insights {
  readonly #options: DetectorOptions;
  readonly #scored: readonly boolean[];
  readonly #judge: Judge;
  readonly #recent: RecentSteps;
  #noted: Insight[] = [];

  constructor(options: DetectorOptions, judge: Judge, recent: RecentSteps) {
    this.#options = options;
    this.#scored = options.channels.map(({ score }) => score);
    this.#judge = judge;
    this.#recent = recent;
  }

  note(insight: Insight): void {
    this.#noted.push(insight);
  }

  /** In order. */
  take(): readonly Insight[] {
    const noted = this.#noted;
    this.#noted = [];
    return noted;
  }

  /**
   * What the incident looks like, with the row judged last; undefined once it is older than what it is known by. Its
   * rows are counted by its time, so that no series keeps a count. O(rows · D²)
   */
  signature(slot: number, { startMs, reason, channel }: IncidentState): Signature | undefined {
    const { timeMs, intervalMs, targets } = this.#judge.found;
    const rows = 1 + (intervalMs > 0 ? Math.round((timeMs - startMs) / intervalMs) : 0);
    if (rows > MOST_ROWS) return undefined;
    const before = this.#recent(slot, rows - 1);
    // The network goes back through fewer rows than the incident has: its beginning is not known any more.
    if (before.length < (rows - 1) * targets.length) return undefined;
    const course = { steps: [...before, ...targets], channels: targets.length, scored: this.#scored };
    return { reason, channel: this.#options.channels[channel].name, outlines: outlines(course) };
  }
}

/** Each statistic's part in all surprise, the largest first. */
export function sharesOf(surprises: ReadonlyMap<AlertReason, number>): readonly StatisticShare[] {
  const sum = [...surprises.values()].reduce((total, surprise) => total + surprise, 0);
  const shares = [...surprises].map(([reason, surprise]) => ({ reason, share: surprise / sum }));
  return shares.sort((a, b) => b.share - a.share);
}
