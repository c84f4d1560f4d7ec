import type { AlertOutput, ScoreOutput } from '../event/output.ts';
import type { Insight } from '../similar/insight.ts';
import type { Signature } from '../similar/signature.ts';
import type { AlertsQuery } from './query.ts';
import type { AlertRecord, AlertsPage } from './schema.ts';

/** Steps of an alert that are kept: the first, and the newest. */
const MOST_STEPS = 12;

type Parts = AlertRecord['parts'];

/**
 * The alerts of a process, firing and past, at most so many; beyond that the oldest resolved one is dropped, else the
 * oldest.
 */
export class RecentAlerts {
  readonly #max: number;
  /** In the order in which they were raised. */
  readonly #alerts = new Map<string, AlertRecord>();
  #version = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts the changes. */
  get version(): number {
    return this.#version;
  }

  /**
   * Takes in a step; `unit` of its channel, and the scored row that it is about. Undefined where the step is known
   * already.
   */
  add(step: AlertOutput, unit: string, parts: Parts): AlertRecord | undefined {
    const known = this.#alerts.get(step.id);
    // What was suppressed is an alert now: its steps are counted anew.
    const isBegun = known?.quieted != null && step.revision === 0;
    if (known !== undefined && known.revision >= step.revision && !isBegun) return undefined;
    const { signature = null, statistics = [] } = known ?? {};
    const first = { ...begun(step, unit, parts), signature, statistics };
    const alert = known === undefined || isBegun ? first : continued(known, step, unit, parts);
    this.restore(alert);
    return alert;
  }

  /**
   * Takes in what is known of an incident beside its steps; and a step that nobody was sent, as `add` does. Undefined
   * where nothing is new.
   */
  note(insight: Insight, unit: string, parts: Parts): AlertRecord | undefined {
    const { id, quieted } = insight;
    const known = this.#alerts.get(id);
    if (quieted !== undefined) {
      const { step, by, untilMs } = quieted;
      if (known !== undefined && (known.quieted === null || known.revision >= step.revision)) return undefined;
      const alert = known === undefined ? begun(step, unit, parts) : continued(known, step, unit, parts);
      this.restore({ ...alert, quieted: { by, untilMs } });
    } else if (known !== undefined) {
      const signature = insight.signature === undefined ? known.signature : stored(insight.signature);
      const statistics = insight.statistics === undefined ? known.statistics : [...insight.statistics];
      this.restore({ ...known, signature, statistics });
    }
    return this.#alerts.get(id);
  }

  /** Takes in an alert as it was. */
  restore(alert: AlertRecord): void {
    this.#alerts.set(alert.id, alert);
    this.#version++;
    if (this.#alerts.size > this.#max) this.#drop();
  }

  /** Alerts that fire, of one stream if it is given. O(alerts) */
  firing(stream?: string): number {
    let count = 0;
    for (const alert of this.#alerts.values()) {
      if (isFiring(alert) && alert.stream === (stream ?? alert.stream)) count++;
    }
    return count;
  }

  get(id: string): AlertRecord | undefined {
    return this.#alerts.get(id);
  }

  /** All of them, in the order in which they were raised. */
  get all(): Iterable<AlertRecord> {
    return this.#alerts.values();
  }

  #drop(): void {
    let [oldest] = this.#alerts.keys();
    for (const { id, state } of this.#alerts.values()) {
      if (state !== 'resolved') continue;
      oldest = id;
      break;
    }
    this.#alerts.delete(oldest);
  }
}

/** The alerts that a query is about, newest first. O(alerts) */
export function alertsPageOf(alerts: Iterable<AlertRecord>, query: AlertsQuery): AlertsPage {
  const all = [...alerts];
  const wanted = query.search?.toLowerCase() ?? '';
  const found = all
    .filter(({ state }) => query.state === 'all' || state === query.state)
    .filter(({ severity }) => query.severity === 'all' || severity === query.severity)
    .filter(({ stream }) => stream === (query.stream ?? stream))
    .filter(({ series }) => series === (query.series ?? series))
    .filter(({ series, summary, id }) => `${series} ${summary} ${id}`.toLowerCase().includes(wanted))
    .sort(newestFirst);
  const firing = all.filter(isFiring).length;
  return { total: found.length, firing, alerts: found.slice(query.offset, query.offset + query.limit) };
}

function newestFirst(a: AlertRecord, b: AlertRecord): number {
  return b.startMs - a.startMs || (a.id < b.id ? -1 : 1);
}

/** The channels of the row that an alert's step is about; none where the row was not scored, or is another. */
export function partsOf(step: AlertOutput, row: ScoreOutput | undefined, units: ReadonlyMap<string, string>): Parts {
  if (row === undefined || row.timeMs !== step.timeMs || step.reason === 'silent') return [];
  return row.channels.map((each) => ({ ...each, unit: units.get(each.channel) ?? '' }));
}

function begun(step: AlertOutput, unit: string, parts: Parts): AlertRecord {
  const { kind: _, score: __, endMs = null, ...rest } = step;
  const unknown = { statistics: [], signature: null, quieted: null };
  return { ...rest, unit, endMs, steps: [stepOf(step)], parts, ...unknown };
}

function isFiring({ state, quieted }: AlertRecord): boolean {
  return state === 'firing' && quieted === null;
}

function stored({ reason, channel, outlines }: Signature): NonNullable<AlertRecord['signature']> {
  return { reason, channel, outlines: outlines.map((outline) => [...outline]) };
}

/** What was seen at the worst stays; a resolution only ends it. */
function continued(known: AlertRecord, step: AlertOutput, unit: string, parts: Parts): AlertRecord {
  const steps = [...known.steps, stepOf(step)];
  const kept = steps.length > MOST_STEPS ? [steps[0], ...steps.slice(steps.length - MOST_STEPS + 1)] : steps;
  const { state, revision, severity, endMs = null } = step;
  if (state === 'resolved') return { ...known, state, revision, severity, endMs, steps: kept };
  const { statistics, signature } = known;
  return { ...begun(step, unit, parts), steps: kept, statistics, signature };
}

function stepOf({ timeMs, state, severity, summary }: AlertOutput): AlertRecord['steps'][number] {
  return { timeMs, state, severity, summary };
}
