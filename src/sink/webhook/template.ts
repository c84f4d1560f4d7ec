import mustache from 'mustache';
import type { AlertOutput } from '../../event/output.ts';
import { alertUrl, isoTime } from '../alert-labels.ts';
import type { BodyWriter } from './bodies.ts';

/** What a template may be of; what is put into it is escaped for that. */
export const TEMPLATE_TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'] as const;

type ContentType = (typeof TEMPLATE_TYPES)[number];

/** A template, checked. */
export interface TemplateOptions {
  readonly template: string;
  readonly contentType: ContentType;
  /** Texts of the operator's, under `values.NAME`: keys that a receiver wants in the body. */
  readonly values: Readonly<Record<string, string>>;
}

const ESCAPES: Readonly<Record<ContentType, (text: string) => string>> = {
  'application/json': (text) => JSON.stringify(text).slice(1, -1),
  'application/x-www-form-urlencoded': (text) => `${new URLSearchParams({ '': text })}`.slice(1),
  'text/plain': (text) => text,
};

/** Writes messages by a Mustache template. Every tag is escaped for the content type; what is not known is `null`. */
export function templateBody({ template, contentType, values }: TemplateOptions): BodyWriter {
  const escaped = ESCAPES[contentType];
  return (alert, { externalUrl }) => {
    const view = { ...viewOf(alert, externalUrl), values };
    const body = mustache.render(template, view, undefined, { escape: (value: unknown) => escaped(String(value)) });
    return { contentType: `${contentType}; charset=utf-8`, body };
  };
}

/** What is wrong with a template, in words; undefined where every kind of alert can be written by it. */
export function templateFault(options: TemplateOptions): string | undefined {
  const { template, contentType, values } = options;
  const [sample] = samples();
  const known = [...Object.keys(viewOf(sample, undefined)), ...Object.keys(values).map((name) => `values.${name}`)];
  try {
    const misfit = misfitIn(mustache.parse(template) as Tokens, [...known, '.']);
    if (misfit !== undefined) return misfit;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (contentType !== 'application/json') return undefined;
  const write = templateBody({
    ...options,
    values: Object.fromEntries(Object.keys(values).map((name) => [name, 'x'])),
  });
  const isWhole = samples().every((alert) => isJson(write(alert, { labels: {} }).body));
  return isWhole
    ? undefined
    : 'what it gives is no JSON; quote texts, and leave `{{value}}` and its like bare: they may be null';
}

type Tokens = readonly (readonly [type: string, name: string, start: number, end: number, inside?: unknown])[];

/** Only tags that are escaped, sections and comments, of names that there are. */
function misfitIn(tokens: Tokens, known: readonly string[]): string | undefined {
  for (const [type, name, , , inside] of tokens) {
    if (type === 'text' || type === '!' || type === '=') continue;
    if (type === '&') return `{{{${name}}}} is not escaped; write {{${name}}}`;
    if (type === '>') return `{{> ${name}}} is another template, and there is none`;
    if (!known.includes(name)) return `{{${name}}} is nothing of an alert; known: ${known.join(', ')}`;
    const within = Array.isArray(inside) ? misfitIn(inside, known) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

/** Replaces what is not known: false to a section, `null` where it is written. */
const NULL: readonly never[] & { toString(): string } = Object.assign([], { toString: () => 'null' });

function viewOf(alert: AlertOutput, externalUrl: string | undefined) {
  const { state, severity, reason, pValue, startMs, timeMs, endMs, kind, ...rest } = alert;
  const fields = {
    ...rest,
    state,
    severity,
    reason,
    p_value: pValue,
    starts_at: isoTime(startMs),
    time: isoTime(timeMs),
    ends_at: endMs === undefined ? null : isoTime(endMs),
    url: alertUrl(externalUrl, alert) ?? '',
  };
  const isKnown = (value: unknown) => typeof value === 'string' || Number.isFinite(value);
  const known = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isKnown(value) ? value : NULL]),
  );
  const is = { firing: state === 'firing', resolved: state === 'resolved', critical: severity === 'critical' };
  return { ...known, ...is, silent: reason === 'silent' };
}

/** One alert of each sort that is written differently, with texts that need escaping. */
function samples(): readonly [AlertOutput, ...AlertOutput[]] {
  const numbers = { value: 1.5, expected: 2, lower: 1, upper: 3, bits: 20, pValue: 1e-4, score: 0.9 };
  const sample: AlertOutput = {
    ...numbers,
    ...{ kind: 'alert', state: 'firing', id: '0123456789abcdef', revision: 0, stream: 's', series: '"\\\n"' },
    ...{ severity: 'warning', reason: 'unusual_value', summary: 'a "summary"', channel: 'c', startMs: 0, timeMs: 0 },
  };
  const nothing = { value: null, expected: null, lower: null, upper: null, bits: 0, channel: '' };
  return [
    sample,
    { ...sample, severity: 'critical', state: 'resolved', revision: 2, endMs: 1 },
    { ...sample, ...nothing, severity: 'critical', reason: 'silent' },
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
