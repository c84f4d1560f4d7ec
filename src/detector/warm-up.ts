import type { EpochMs } from '../event/time.ts';
import type { Interval } from '../feature/interval.ts';
import type { DetectorOptions } from './options.ts';
import type { SeriesRegistry } from './series-registry.ts';

/** Rows before the memories score: docs/detection.md#value-and-error-novelty. */
const SCORED_ROWS = 150;
/** A series without a row for so many of its own intervals is not active: when it will be ready, nobody knows. */
const ACTIVE_INTERVALS = 20;

/** Rows of a series before it can raise an alert; `intervalMs`: its median interval, 0 where it is not known yet. */
export function rowsNeeded({ alert }: Pick<DetectorOptions, 'alert'>, _intervalMs: number): number {
  return Math.max(SCORED_ROWS, alert.after_rows);
}

/** How far the warm-up of one series has come. */
export interface SeriesWarmUp {
  readonly series: string;
  /** `ready`: it can raise alerts. */
  readonly state: 'warming' | 'ready';
  readonly rows: number;
  readonly rowsNeeded: number;
  /** rows / rowsNeeded, at most 1. */
  readonly ratio: number;
  /**
   * Event time until it is ready: rows missing × median interval. Absent where there is no interval yet, or the series
   * is not active.
   */
  readonly etaMs: number | undefined;
}

/** The same of all series together. */
export interface WarmUpTotals {
  readonly series: number;
  readonly warming: number;
  /** Sum over the series of their ratios. */
  readonly ratioSum: number;
  /** Of the slowest active series; 0 where all are ready, absent where nothing is known of any that is not. */
  readonly etaMs?: number | undefined;
}

/** What the warm-up is read from. */
interface WarmUpParts {
  readonly options: DetectorOptions;
  readonly registry: SeriesRegistry;
  readonly interval: Interval;
  readonly watermark: () => EpochMs;
}

/** How far a task's series are on their way to their first possible alert. Reads the state, and keeps none. */
export class WarmUp {
  readonly #parts: WarmUpParts;

  constructor(parts: WarmUpParts) {
    this.#parts = parts;
  }

  /** Undefined where the series is not known. O(1). */
  of(series: string): SeriesWarmUp | undefined {
    const slot = this.#parts.registry.slotOf(series);
    return slot === undefined ? undefined : this.#at(slot);
  }

  /** Every series known, in no order to rely on. O(series). */
  *all(): Generator<SeriesWarmUp> {
    for (const slot of this.#parts.registry.slots) yield this.#at(slot);
  }

  /** O(series). */
  totals(): WarmUpTotals {
    let warming = 0;
    let ratioSum = 0;
    let slowest: number | undefined;
    for (const { state, ratio, etaMs } of this.all()) {
      ratioSum += ratio;
      if (state === 'ready') continue;
      warming++;
      if (etaMs !== undefined) slowest = Math.max(slowest ?? 0, etaMs);
    }
    return { series: this.#parts.registry.size, warming, ratioSum, etaMs: warming === 0 ? 0 : slowest };
  }

  #at(slot: number): SeriesWarmUp {
    const { options, registry, interval, watermark } = this.#parts;
    const intervalMs = interval.median(slot);
    const rows = interval.rows(slot);
    const needed = rowsNeeded(options, intervalMs);
    const missing = Math.max(0, needed - rows);
    const isActive = intervalMs > 0 && watermark() - interval.last(slot) <= ACTIVE_INTERVALS * intervalMs;
    return {
      series: registry.nameOf(slot),
      state: missing === 0 ? 'ready' : 'warming',
      rows,
      rowsNeeded: needed,
      ratio: needed === 0 ? 1 : Math.min(1, rows / needed),
      etaMs: missing === 0 ? 0 : isActive ? missing * intervalMs : undefined,
    };
  }
}
