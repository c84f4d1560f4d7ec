import { DAY_MS, SECOND_MS } from '../event/time.ts';

/**
 * How long a `retry-after` header asks to wait from `nowMs` on, in ms, at most a day; undefined where it says nothing that makes sense.
 * A number of seconds, or a date (RFC 9110, 10.2.3).
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), DAY_MS);
}
