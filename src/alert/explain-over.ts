import type { EpochMs } from '../event/time.ts';
import { isoMinute, lasting } from './durations.ts';

/** An incident that is over. */
export interface Resolved {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** For how long of it its channel had no value. */
  readonly missingMs?: number;
  /** It lasted for so long that it was learned as usual. */
  readonly settled?: boolean;
}

/** For an incident that is over. */
export function explainResolved(
  series: string,
  channel: string,
  { startMs, endMs, missingMs = 0, settled = false }: Resolved,
): string {
  const missing = missingMs > 0 ? ` For ${lasting(missingMs)} of that it had no value.` : '';
  if (settled) {
    const since = `after ${lasting(endMs - startMs)}, since ${isoMinute(endMs)}`;
    return `${channel} of ${series} is no longer unusual ${since}: what it does for so long is learned as usual.${missing}`;
  }
  return `${channel} of ${series} is back to normal after ${lasting(endMs - startMs)}, since ${isoMinute(endMs)}.${missing}`;
}

/** For an incident that a rule raised, and that is over. */
export function explainRuleOver(series: string, rule: string, startMs: EpochMs, endMs: EpochMs): string {
  return `${series} is back to normal: ${rule} no longer holds, and nothing else is unusual, ${lasting(endMs - startMs)} after the alert, since ${isoMinute(endMs)}.`;
}
