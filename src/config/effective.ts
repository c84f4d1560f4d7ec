import type { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import type { Checked } from './diagnostics.ts';
import type { Path } from './document.ts';
import { bare, below, child, chosen, valueAt } from './schema-walk.ts';
import { HIDDEN, isSecret } from './secret.ts';

/**
 * A checked value as a person would write it: durations and budgets as text, every default filled in, secrets as `***`.
 */
export function effective(output: unknown, checked: Checked): unknown {
  return written(checked.schema, output, { path: [], checked });
}

interface Place {
  readonly path: Path;
  readonly checked: Checked;
}

function written(schema: z.core.$ZodType | undefined, output: unknown, place: Place): unknown {
  const { path, checked } = place;
  if (output === undefined) return undefined;
  if ((schema && isSecret(schema)) || checked.outside(path)?.isSecret === true) return output === '' ? '' : HIDDEN;
  if (schema !== undefined && bare(schema)._zod.def.type === 'string') return text(schema, output, place);
  if (typeof output !== 'object' || output === null) return escaped(output);
  const branch = schema && chosen(schema, output);
  const next = (step: string | number): unknown =>
    written(branch && below(branch, output, step), child(output, step), { path: [...path, step], checked });
  if (Array.isArray(output)) return output.map((_, index) => next(index));
  const entries = Object.keys(output).map((key) => [key, next(key)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What was read from text is shown as the text; a default that no text stands for is a duration. */
function text(schema: z.core.$ZodType, output: unknown, { path, checked }: Place): unknown {
  if (output === null) return null;
  if (typeof output === 'string') return escaped(output);
  if (typeof output === 'number' && isDuration(schema)) return formatDuration(output);
  return valueAt(checked.data, path) ?? defaultText(schema) ?? output;
}

/** The text that stands for an absent value, such as a budget; undefined where none does. */
function defaultText(schema: z.core.$ZodType): string | undefined {
  const def: { readonly type: string; readonly innerType?: z.core.$ZodType; readonly defaultValue?: unknown } =
    schema._zod.def;
  if (def.type === 'prefault' && typeof def.defaultValue === 'string') return def.defaultValue;
  return def.innerType === undefined ? undefined : defaultText(def.innerType);
}

/** Whether a value is written as a duration. */
export function isDuration(schema: z.core.$ZodType): boolean {
  return bare(schema) === bare(durationMs);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** 5 400 000 → `1h30m`; 0 → `0s`. The inverse of `parseDuration`. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let shown = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) shown += `${count}${unit}`;
  }
  if (rest > 0) shown += `${rest}ms`;
  return shown === '' ? '0s' : shown;
}

function escaped(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('${', '$${') : value;
}
