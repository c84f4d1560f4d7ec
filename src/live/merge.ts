import { order } from './histories.ts';
import type { AlertsQuery, SeriesListQuery } from './query.ts';
import { alertsPageOf } from './recent-alerts.ts';
import type { AlertRecord, AlertsPage, History, Pulse, SeriesPage, SeriesRow } from './schema.ts';

/**
 * The lists of several processes as one; each gave its first `offset + limit` rows. A series that several know is shown
 * as the newest has it.
 */
export function mergedSeries(pages: readonly SeriesPage[], { sort, offset, limit }: SeriesListQuery): SeriesPage {
  const rows = new Map<string, SeriesRow>();
  for (const row of pages.flatMap(({ series }) => series)) {
    const key = JSON.stringify([row.stream, row.name]);
    const known = rows.get(key);
    if (known === undefined || known.timeMs < row.timeMs) rows.set(key, row);
  }
  const total = pages.reduce((sum, page) => sum + page.total, 0);
  return { total, series: [...rows.values()].sort(order(sort)).slice(offset, offset + limit) };
}

/** The alerts of several processes as one; of an alert that several know, its last step counts. */
export function mergedAlerts(alerts: readonly AlertRecord[], query: AlertsQuery): AlertsPage {
  return alertsPageOf(newestSteps(alerts), query);
}

/** Each alert once, as far as it has come. */
export function newestSteps(alerts: readonly AlertRecord[]): readonly AlertRecord[] {
  const newest = new Map<string, AlertRecord>();
  for (const alert of alerts) {
    const known = newest.get(alert.id);
    if (known === undefined || known.revision < alert.revision) newest.set(alert.id, alert);
  }
  return [...newest.values()];
}

/** The history that reaches furthest. */
export function newestHistory(histories: readonly History[]): History | undefined {
  const reaches = ({ timeMs }: History) => timeMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  return [...histories].sort((a, b) => reaches(b) - reaches(a))[0];
}

/** The pulses of several processes as one. */
export function mergedPulses(pulses: readonly Pulse[]): Pulse {
  const streams = new Map<string, Pulse['streams'][number]>();
  for (const stream of pulses.flatMap((pulse) => pulse.streams)) {
    const known = streams.get(stream.name);
    streams.set(stream.name, known === undefined ? stream : added(known, stream));
  }
  return {
    alertsVersion: pulses.map(({ alertsVersion }) => alertsVersion).join('/'),
    firing: pulses.reduce((sum, pulse) => sum + pulse.firing, 0),
    streams: [...streams.values()],
  };
}

function added(a: Pulse['streams'][number], b: Pulse['streams'][number]): Pulse['streams'][number] {
  return {
    name: a.name,
    rows: a.rows + b.rows,
    records: a.records + b.records,
    rejected: a.rejected + b.rejected,
    shown: a.shown + b.shown,
    firing: a.firing + b.firing,
  };
}
