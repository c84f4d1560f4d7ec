import type { AlertOutput } from '../../event/output.ts';
import { alertLabels, alertUrl, annotations, groupLabels, isoTime } from '../alert-labels.ts';

/** What Alertmanager writes where there is no time. */
const NEVER = '0001-01-01T00:00:00Z';

/** The body of the POST for one step of an alert. */
export interface WebhookBody {
  readonly contentType: string;
  readonly body: string;
}

/** What a body says beside the alert. */
export interface Extras {
  /** Labels to add. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where people reach Surprisal. */
  readonly externalUrl?: string | undefined;
}

/** Writes the body for a step. */
export type BodyWriter = (alert: AlertOutput, extras: Extras) => WebhookBody;

/**
 * The body that Alertmanager sends to its webhooks, version 4, of one alert: whoever understands those understands us.
 * The fingerprint is the alert's id, and the group key its series': both are the same from raise to resolve.
 */
export const alertmanagerBody: BodyWriter = (alert, { labels: more, externalUrl }) => {
  const labels = alertLabels(alert, alert.severity, more);
  const group = groupLabels(alert);
  const texts = annotations(alert);
  const alertBody = {
    status: alert.state,
    labels,
    annotations: texts,
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
    commonAnnotations: texts,
    externalURL: externalUrl ?? '',
    alerts: [alertBody],
  };
  return { contentType: 'application/json', body: JSON.stringify(body) };
};

/**
 * A CloudEvent 1.0 in structured mode, whose data is the alert as every sink of JSON has it. The same step has the same
 * id. The extension attribute `alerturl` opens the alert on the page, where `external_url` is set.
 */
export const cloudEventsBody: BodyWriter = (alert, { externalUrl }) => {
  const alerturl = alertUrl(externalUrl, alert);
  const event = {
    specversion: '1.0',
    id: `${alert.id}.${alert.revision}`,
    source: `/surprisal/${encodeURIComponent(alert.stream)}`,
    type: 'surprisal.alert.v1',
    subject: alert.series,
    time: isoTime(alert.timeMs),
    datacontenttype: 'application/json',
    ...(alerturl === undefined ? {} : { alerturl }),
    data: alert,
  };
  return { contentType: 'application/cloudevents+json; charset=utf-8', body: JSON.stringify(event) };
};

/** As Alertmanager writes it: the root route, then the labels sorted by name. */
function groupKey(group: Readonly<Record<string, string>>): string {
  const names = Object.keys(group).sort();
  return `{}:{${names.map((name) => `${name}=${JSON.stringify(group[name])}`).join(', ')}}`;
}
