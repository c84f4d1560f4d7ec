import type { AlertOutput, Severity } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';

/** An alert from its first step to its last. Times are event time, ms. */
export interface ComparedIncident {
  readonly id: string;
  readonly series: string;
  readonly reason: string;
  readonly channel: string;
  /** The first row that belongs to it, the row that raised it, and the row that ended it; null = still firing. */
  readonly startMs: EpochMs;
  readonly raisedMs: EpochMs;
  readonly endMs: EpochMs | null;
  /** The highest that it had. */
  readonly severity: Severity;
  /** As it was raised. */
  readonly summary: string;
}

/** Gathers alerts from their steps. Memory: one entry for each alert. */
export class Incidents {
  readonly #byId = new Map<string, ComparedIncident>();

  /** Takes in a step; steps of an alert come in order. O(1) */
  add(step: AlertOutput): void {
    const { id, severity, endMs = null } = step;
    const known = this.#byId.get(id);
    if (known === undefined) {
      const { series, reason, channel, startMs, timeMs: raisedMs, summary } = step;
      this.#byId.set(id, { id, series, reason, channel, startMs, raisedMs, endMs, severity, summary });
      return;
    }
    const worst = severity === 'critical' ? severity : known.severity;
    this.#byId.set(id, { ...known, endMs, severity: worst });
  }

  /** In the order in which they were raised. */
  get all(): readonly ComparedIncident[] {
    return [...this.#byId.values()];
  }
}
