import type { AlertOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';

/** An alert from its raise to its end: what a reader counts as one. */
export interface Incident {
  /** The step that surprised most while it was firing. */
  readonly worst: AlertOutput;
  readonly startMs: EpochMs;
  /** Its last step where it never resolved. */
  readonly endMs: EpochMs;
  readonly resolved: boolean;
}

/** Joins the steps of each alert, oldest incident first. O(alerts). */
export function incidentsOf(alerts: readonly AlertOutput[]): readonly Incident[] {
  const byId = new Map<string, Incident>();
  for (const alert of alerts) {
    const before = byId.get(alert.id);
    byId.set(alert.id, {
      worst: before === undefined || isWorse(alert, before.worst) ? alert : before.worst,
      startMs: before?.startMs ?? alert.startMs,
      endMs: alert.endMs ?? alert.timeMs,
      resolved: alert.state === 'resolved',
    });
  }
  return [...byId.values()];
}

function isWorse(alert: AlertOutput, worst: AlertOutput): boolean {
  return alert.state === 'firing' && (worst.state === 'resolved' || alert.pValue < worst.pValue);
}
