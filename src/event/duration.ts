import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, WEEK_MS } from './time.ts';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: WEEK_MS,
};
const PATTERN = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;

/** `1h30m` → 5 400 000. Units: ms s m h d w. Undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!PATTERN.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g))
    ms += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return ms;
}

/** A configuration value such as `5m` or `1h30m`; in code it is milliseconds. */
export const durationMs = z
  .string()
  .regex(PATTERN, 'a duration such as 500ms, 30s, 5m, 1h30m, 7d or 2w')
  .transform((text) => parseDuration(text) ?? 0);
