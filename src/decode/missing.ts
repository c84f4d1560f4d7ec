import type { Channel } from '../event/channel.ts';
import { show } from './quote.ts';

/** Why a channel has no value in a record. */
export const MISSING_REASONS = ['absent', 'token', 'wrong-type', 'out-of-range'] as const;

/** One of them. */
export type MissingReason = (typeof MISSING_REASONS)[number];

/** Texts that stand for a missing value where the configuration names no others, in any case. */
export const MISSING_TOKENS: readonly string[] = [
  ...['', 'na', 'n/a', 'nan', 'null', 'none', '-', '--', '?', 'unavailable', 'unknown'],
];

/** Values of one channel that are missing for one reason. */
export interface MissingValues {
  readonly channel: string;
  readonly reason: MissingReason;
  readonly count: number;
  /** What the first of them was, for people: quoted and cut. */
  readonly example: string;
}

/**
 * Counts the cells that cost their value, and nothing else of their record: by channel and reason, each with its first
 * example.
 */
export class MissingCells {
  readonly #channels: readonly Channel[];
  /** [D · reasons] */
  readonly #counts: Uint32Array;
  readonly #examples: string[];
  #any = false;

  constructor(channels: readonly Channel[]) {
    this.#channels = channels;
    this.#counts = new Uint32Array(channels.length * MISSING_REASONS.length);
    this.#examples = Array.from(this.#counts, () => '');
  }

  /** Counts it; NaN. O(1), but for the first of its kind since they were taken. */
  note(channel: number, reason: MissingReason, found: unknown): number {
    const at = channel * MISSING_REASONS.length + MISSING_REASONS.indexOf(reason);
    if (this.#counts[at]++ === 0) this.#examples[at] = found === undefined ? 'nothing' : show(found);
    this.#any = true;
    return Number.NaN;
  }

  /** What was counted since last asked, by channel and reason. O(D) where there is anything, else O(1). */
  take(): readonly MissingValues[] {
    if (!this.#any) return [];
    const taken = this.#channels.flatMap(({ name }, d) =>
      MISSING_REASONS.map((reason, r) => {
        const at = d * MISSING_REASONS.length + r;
        return { channel: name, reason, count: this.#counts[at], example: this.#examples[at] };
      }),
    );
    this.#counts.fill(0);
    this.#any = false;
    return taken.filter(({ count }) => count > 0);
  }
}
