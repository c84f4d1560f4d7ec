import { type EpochMs, HOUR_MS, MINUTE_MS } from '../event/time.ts';
import type { Truth } from './truth.ts';

/** How alarms of a world are judged by its truth. */
export interface Margins {
  /** A fault is found up to one row after its end. */
  readonly rowMs: number;
  /** For so long after that, what it has upset may raise an alarm, which is neither found nor false. */
  readonly aftermathMs: number;
}

/** By world. */
export const margins: Readonly<Record<string, Margins>> = {
  thermostat: { rowMs: 5 * MINUTE_MS, aftermathMs: 12 * HOUR_MS },
  machine: { rowMs: 0.5 * MINUTE_MS, aftermathMs: 0.5 * HOUR_MS },
  wearable: { rowMs: 5 * MINUTE_MS, aftermathMs: 12 * HOUR_MS },
  market: { rowMs: 1.2 * MINUTE_MS, aftermathMs: HOUR_MS },
  accounts: { rowMs: MINUTE_MS, aftermathMs: 48 * HOUR_MS },
};

/** An alarm: the series that it is about, and when it was raised. */
export interface Alarm {
  readonly series: string;
  readonly timeMs: EpochMs;
}

/** What became of faults and alarms. */
export interface FaultCount {
  /** Faults that were found or are over. */
  readonly faults: number;
  /** Those in which an alarm was raised, until one row after their end. */
  readonly found: number;
  /** Alarms outside faults and their aftermath. */
  readonly falseAlarms: number;
  /** Faults that last and may still be found; not among `faults`. */
  readonly underWay: number;
}

/** Judges alarms by the truth as it is known at `nowMs`. O(faults + alarms · faults of their series). */
export function faultsFound(
  truths: readonly Truth[],
  alarms: readonly Alarm[],
  { rowMs, aftermathMs }: Margins,
  nowMs: EpochMs,
): FaultCount {
  const bySeries = new Map<string, Truth[]>();
  for (const truth of truths) bySeries.set(truth.series, [...(bySeries.get(truth.series) ?? []), truth]);
  const found = new Set<Truth>();
  let falseAlarms = 0;
  for (const { series, timeMs } of alarms) {
    const begun = (bySeries.get(series) ?? []).filter(({ startMs }) => startMs <= timeMs);
    for (const fault of begun) if (timeMs <= fault.endMs + rowMs) found.add(fault);
    if (!begun.some(({ endMs }) => timeMs <= endMs + rowMs + aftermathMs)) falseAlarms++;
  }
  const underWay = truths.filter((fault) => !found.has(fault) && nowMs <= fault.endMs + rowMs).length;
  return { faults: truths.length - underWay, found: found.size, falseAlarms, underWay };
}
