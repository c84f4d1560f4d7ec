import type { EpochMs } from '../event/time.ts';
import type { Episode } from './faults.ts';
import type { SimulatedEvent } from './world.ts';

/** What really happened: a fault, from the first to the last record of the series that shows it, both inclusive. */
export interface Truth {
  readonly series: string;
  readonly fault: string;
  readonly channel?: string | undefined;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** Records that show it; those between that do not (taken off, nothing bought) are not counted. */
  readonly events: number;
}

/** Gathers the ground truth while a stream passes by. Memory: one entry per fault. */
export class TruthLedger {
  readonly #seen = new Map<Episode, Truth>();

  /** O(1). */
  see({ series, timeMs, fault }: SimulatedEvent): void {
    if (fault === undefined) return;
    const before = this.#seen.get(fault);
    const startMs = before?.startMs ?? timeMs;
    const events = (before?.events ?? 0) + 1;
    this.#seen.set(fault, { series, fault: fault.fault, channel: fault.channel, startMs, endMs: timeMs, events });
  }

  /** Every fault seen so far, in the order of its first record. */
  records(): readonly Truth[] {
    return [...this.#seen.values()];
  }
}

/** A record of the truth as it is written: times in ISO 8601. */
export function truthFields({ series, fault, channel, startMs, endMs, events }: Truth) {
  const start = new Date(startMs).toISOString();
  const end = new Date(endMs).toISOString();
  return { series, fault, ...(channel === undefined ? {} : { channel }), start, end, events };
}
