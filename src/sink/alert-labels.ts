import { z } from 'zod';
import type { AlertOutput, Severity } from '../event/output.ts';

/** Labels that are an alert's own. */
const OWN = ['alertname', 'stream', 'series', 'severity'];

/** Labels that an operator gives to every alert of a sink: a site, a team. */
export const moreLabels = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'letters, digits and _')
      .refine((name) => !OWN.includes(name), `not one of ${OWN.join(', ')}: those are the alert’s own`),
    z.string().min(1),
  )
  .default({})
  .describe('Labels to add to each alert, such as `site: north`.');

/** Names and values of labels. */
export type Labels = Readonly<Record<string, string>>;

/** Which series of which stream it is about: the same from raise to resolve. */
export function groupLabels({ stream, series, reason, channel }: AlertOutput): Labels {
  if (reason !== 'silent') return { alertname: 'SurprisalUnusual', stream, series };
  // Of one series several channels may be silent, and beside them the series.
  return { alertname: 'SurprisalSilent', stream, series, ...(channel === '' ? {} : { channel }) };
}

/**
 * The alert's identity to Alertmanager. Only what does not change while it fires, and the severity: see `severities`.
 */
export function alertLabels(alert: AlertOutput, severity: Severity, more: Labels): Labels {
  return { ...more, ...groupLabels(alert), severity };
}

/**
 * The severities under which the alert is known by now. One that has become worse still fires as the warning that it
 * was, beside the critical one, as two thresholds on one metric would; both end together.
 */
export function severities({ severity, state, revision, raisedAs }: AlertOutput): readonly Severity[] {
  const stepsBefore = state === 'firing' ? revision : revision - 1;
  const wasWarning = raisedAs === undefined ? stepsBefore > 0 : raisedAs === 'warning';
  return severity === 'critical' && wasWarning ? ['warning', 'critical'] : [severity];
}

/** What may change while the alert fires, beside the labels. Numbers that are not known are left out. */
export function annotations(alert: AlertOutput): Labels {
  const { id, state, summary, reason, channel, value, expected, lower, upper, bits, pValue } = alert;
  // What is over is not rare any more, and what has no value cannot be.
  const rarity = reason !== 'silent' && state === 'firing' && pValue < 1 ? { bits, p_value: pValue } : {};
  const all = { summary, reason, channel, value, expected, lower, upper, ...rarity, id };
  const known = Object.entries(all).filter(([, what]) => what !== null && what !== '');
  return Object.fromEntries(known.map(([name, what]) => [name, String(what)]));
}

/** Where a person reads more of the alert; undefined where `external_url` is not set. */
export function alertUrl(externalUrl: string | undefined, { id }: AlertOutput): string | undefined {
  return externalUrl && `${externalUrl.replace(/\/$/, '')}/?alert=${id}`;
}

/** `2026-01-01T12:00:00.000Z` */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
