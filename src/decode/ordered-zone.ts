import { DAY_MS, type EpochMs } from '../event/time.ts';
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
 * the first of the two, unless `lastTime` knows an earlier one, as it does after a restart. Days without a change of
 * the clocks cost nothing.
 */
export class OrderedZone implements TimeZone {
  /** Whose record is being read. */
  series = '';
  /** The newest time of a series that was read before this began; undefined where there is none. */
  lastTime: (series: string) => EpochMs | undefined = () => undefined;
  readonly #zone: TimeZone;
  readonly #last = new Map<string, Last>();

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  toEpochMs(localMs: number): EpochMs {
    const first = this.#zone.toEpochMs(localMs);
    const later = this.#zone.laterMs(localMs);
    if (later === undefined) return first;
    const last = this.#last.get(this.series) ?? this.#before(first);
    const timeMs = last === undefined || later === first ? first : nearer(first, later, last.timeMs + last.stepMs);
    if (this.#last.size >= KEPT) this.#last.clear();
    if (!Number.isNaN(timeMs)) this.#last.set(this.series, { timeMs, stepMs: last ? timeMs - last.timeMs : 0 });
    return timeMs;
  }

  /** Where the clock shows what it showed last, the step from it is what separates the two instants: more than none. */
  #before(firstMs: EpochMs): Last | undefined {
    const timeMs = this.lastTime(this.series);
    if (timeMs === undefined) return undefined;
    return { timeMs, stepMs: timeMs === firstMs ? DAY_MS : 0 };
  }

  laterMs(localMs: number): EpochMs | undefined {
    return this.#zone.laterMs(localMs);
  }
}

function nearer(first: EpochMs, later: EpochMs, expected: EpochMs): EpochMs {
  return Math.abs(later - expected) <= Math.abs(first - expected) ? later : first;
}
