import type { AlertOutput } from '../../event/output.ts';
import { alertUrl } from '../alert-labels.ts';
import type { BodyWriter } from './bodies.ts';

/** Characters that Slack takes of a header, and of a section's text. */
const HEADER = 150;
const SECTION = 3_000;

/** A message for Slack's incoming webhooks, in blocks: what it is, the explanation, the numbers. */
export const slackBody: BodyWriter = (alert, { labels, externalUrl }) => {
  const title = titleOf(alert);
  const url = alertUrl(externalUrl, alert);
  const summary = cut(alert.summary, SECTION, escaped);
  const blocks: object[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, HEADER) } },
    { type: 'section', text: { type: 'mrkdwn', text: summary }, ...numbers(alert) },
    { type: 'context', elements: [{ type: 'mrkdwn', text: context(alert, labels, url) }] },
  ];
  return { contentType: 'application/json', body: JSON.stringify({ text: escaped(title), blocks }) };
};

/**
 * What cannot be seen, and what turns the reading direction: in a chat it would show another name than the alert has.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function titleOf({ state, severity, stream, series }: AlertOutput): string {
  const what = state === 'resolved' ? '✅ Resolved' : severity === 'critical' ? '🔴 Critical' : '🟠 Warning';
  return `${what}: ${series.replace(UNSEEN, '·')} (${stream})`;
}

function numbers({ value, expected, lower, upper, bits, reason }: AlertOutput): { readonly fields?: object[] } {
  if (reason === 'silent') return {};
  const band = lower === null || upper === null ? null : `${shown(lower)} … ${shown(upper)}`;
  const shownFields = {
    Seen: shown(value),
    Expected: shown(expected),
    Band: band,
    Surprisal: `${bits.toFixed(1)} bits`,
  };
  const fields = Object.entries(shownFields)
    .filter(([, text]) => text !== null)
    .map(([name, text]) => ({ type: 'mrkdwn', text: `*${name}*\n${text}` }));
  return { fields };
}

function context(
  { channel, id, startMs }: AlertOutput,
  labels: Readonly<Record<string, string>>,
  url?: string,
): string {
  const since = Math.floor(startMs / 1000);
  const parts = [
    `since <!date^${since}^{date_num} {time_secs}|${new Date(startMs).toISOString()}>`,
    ...(channel === '' ? [] : [escaped(channel)]),
    ...Object.entries(labels).map(([name, text]) => `${escaped(name)}: ${escaped(text)}`),
    url === undefined ? id : `<${url}|${id}>`,
  ];
  return parts.join(' · ');
}

function shown(value: number | null): string | null {
  return value === null ? null : String(Number(value.toPrecision(6)));
}

/** Slack's three characters of its own: names come from records, and must neither link nor call anybody. */
function escaped(text: string): string {
  return text.replace(UNSEEN, '·').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As much as fits once it is written, by characters, so that none is torn. */
function cut(text: string, most: number, write: (character: string) => string = (same) => same): string {
  let kept = '';
  for (const character of text) {
    const next = kept + write(character);
    if (next.length >= most) return `${kept}…`;
    kept = next;
  }
  return kept;
}
