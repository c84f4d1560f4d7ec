import { alertLabels, alertUrl, annotations, groupLabels, isoTime } from './alert-labels.ts';
import type { Writer } from './webhook-message.ts';

/** What Alertmanager writes where there is no time. */
const NEVER = '0001-01-01T00:00:00Z';

/**
 * The body that Alertmanager sends to its webhooks, version 4, of one alert: whoever understands those understands us. The fingerprint
 * is the alert's id, and the group key its series': both are the same from raise to resolve.
 */
export const alertmanagerBody: Writer = (alert, { labels: more, externalUrl }) => {
  const labels = alertLabels(alert, alert.severity, more);
  const group = groupLabels(alert);
  const notes = annotations(alert);
  const told = {
    status: alert.state,
    labels,
    annotations: notes,
    startsAt: isoTime(alert.startMs),
    endsAt: alert.endMs === undefined ? NEVER : isoTime(alert.endMs),
    generatorURL: alertUrl(externalUrl, alert) ?? '',
    fingerprint: alert.id,
  };
  const body = {
    version: '4',
    groupKey: groupKey(group),
    truncatedAlerts: 0,
    status: alert.state,
    receiver: 'surprisal',
    groupLabels: group,
    commonLabels: labels,
    commonAnnotations: notes,
    externalURL: externalUrl ?? '',
    alerts: [told],
  };
  return { contentType: 'application/json', body: JSON.stringify(body) };
};

/** As Alertmanager writes it: the root route, then the labels sorted by name. */
function groupKey(group: Readonly<Record<string, string>>): string {
  const names = Object.keys(group).sort();
  return `{}:{${names.map((name) => `${name}=${JSON.stringify(group[name])}`).join(', ')}}`;
}
