import type { EpochMs } from '../event/time.ts';
import type { TimeZone } from './zone.ts';

/** Series kept, then all are forgotten. */
const KEPT = 65_536;

interface Last {
  readonly timeMs: EpochMs;
  /** From the time before it; 0 where there was none. */
  readonly stepMs: number;
}

/**
 * A zone whose repeated hour is read in the order of the records: of the two instants that the wall clock shows alike,
 * the one nearer to the series' last time and one step more; the later where both are as near. The first of a series is
 * the first of the two. Days without a change of the clocks cost nothing. What it remembers is not part of a
 * checkpoint: after a restart within the repeated hour a series' next time is its first again.
 */
export class OrderedZone implements TimeZone {
  /** Whose record is being read. */
  series = '';
  readonly #zone: TimeZone;
  readonly #last = new Map<string, Last>();

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  toEpochMs(localMs: number): EpochMs {
    const first = this.#zone.toEpochMs(localMs);
    const later = this.#zone.laterMs(localMs);
    if (later === undefined) return first;
    const last = this.#last.get(this.series);
    const timeMs = last === undefined || later === first ? first : nearer(first, later, last.timeMs + last.stepMs);
    if (this.#last.size >= KEPT) this.#last.clear();
    if (!Number.isNaN(timeMs)) this.#last.set(this.series, { timeMs, stepMs: last ? timeMs - last.timeMs : 0 });
    return timeMs;
  }

  laterMs(localMs: number): EpochMs | undefined {
    return this.#zone.laterMs(localMs);
  }
}

function nearer(first: EpochMs, later: EpochMs, expected: EpochMs): EpochMs {
  return Math.abs(later - expected) <= Math.abs(first - expected) ? later : first;
}
