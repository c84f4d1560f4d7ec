import { RecentAlerts } from './recent-alerts.ts';
import type { AlertRecord } from './schema.ts';

/**
 * The alerts of several processes, as the one that serves them was sent them: they outlive the process that raised
 * them. At most so many, dropped as in `RecentAlerts`.
 */
export class AlertMemory {
  readonly #alerts: RecentAlerts;

  constructor(max: number) {
    this.#alerts = new RecentAlerts(max);
  }

  /** Takes in an alert as a process has it now. O(steps) */
  take(alert: AlertRecord): void {
    const known = this.#alerts.get(alert.id);
    const joined = known === undefined ? alert : joinedAlert(known, alert);
    if (joined !== known) this.#alerts.restore(joined);
  }

  /** In the order in which they came first. */
  get all(): readonly AlertRecord[] {
    return [...this.#alerts.all];
  }

  /** Alerts that fire, of one stream if it is given. O(alerts) */
  firing(stream?: string): number {
    return this.#alerts.firing(stream);
  }
}

/**
 * One alert as two processes have it: the one that took over its partition knows the steps since, and not what was
 * seen of it before.
 */
export function joinedAlert(known: AlertRecord, newer: AlertRecord): AlertRecord {
  // What was suppressed became an alert: its steps are counted anew.
  if (known.quieted !== null && newer.quieted === null) return newer;
  if (newer.revision < known.revision) return known;
  const [first] = known.steps;
  if (newer.steps[0].timeMs === first.timeMs && newer.steps[0].state === first.state) return filled(newer, known);
  const steps = [...known.steps.filter(({ timeMs }) => timeMs < newer.steps[0].timeMs), ...newer.steps];
  const { state, revision, severity, endMs } = newer;
  if (state === 'resolved') return { ...known, state, revision, severity, endMs, steps };
  return { ...filled(newer, known), steps };
}

function filled(newer: AlertRecord, known: AlertRecord): AlertRecord {
  const { signature, statistics, parts } = newer;
  return {
    ...newer,
    signature: signature ?? known.signature,
    statistics: statistics.length > 0 ? statistics : known.statistics,
    parts: parts.length > 0 || newer.timeMs !== known.timeMs ? parts : known.parts,
  };
}
