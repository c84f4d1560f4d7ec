import { DAY_MS, SECOND_MS } from '../event/time.ts';

const LONGEST = 300;
const HIDDEN = '***';
/** Redacting a shorter text would make the reason unreadable, and protects little. */
const SHORTEST_SECRET = 8;

/** What a server answered, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most `maxBytes` of the client. */
  readonly body: string;
  /** Whether the body was longer. */
  readonly isCut: boolean;
}

/**
 * How long a `retry-after` header asks to wait from `nowMs` on, in ms, at most a day; undefined where it cannot be
 * read. A number of seconds, or a date (RFC 9110, 10.2.3).
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * SECOND_MS : dateMs(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), DAY_MS);
}

/**
 * The three forms of a date in HTTP, of which the oldest names no zone, and ISO 8601. `Date.parse` alone takes `-5` for
 * a day in May 2001.
 */
function dateMs(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return Date.parse(text);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}

/** Why a receiver refused, in its own words: `error`, `message` or `detail` of a JSON body, else the body. */
export function reasonIn(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'string') return json;
    if (typeof json !== 'object' || json === null) return body;
    const values = ['error', 'message', 'detail'].map((name): unknown => Reflect.get(json, name));
    return values.find((value) => typeof value === 'string') ?? body;
  } catch {
    return body;
  }
}

/** A receiver's text for a log line: without secrets of 8 characters or more, on one line, cut to 300 characters. */
export function logText(text: string, secrets: readonly string[]): string {
  const clean = redacted(text, secrets, SHORTEST_SECRET);
  const line = clean.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/**
 * The text with `***` for each secret of `shortest` characters or more: as it is, as JSON writes it, and as a URL does.
 */
export function redacted(text: string, secrets: readonly string[], shortest: number): string {
  return secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}
