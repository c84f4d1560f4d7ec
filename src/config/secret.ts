import { z } from 'zod';
import type { Path } from './document.ts';
import { along, bare, below, chosen } from './schema-walk.ts';

type Schema = z.core.$ZodType;

/** What is shown in place of a secret. */
export const HIDDEN = '***';

/** Marks text as secret: it is never shown, wherever the configuration is. Any room may mark its own with `.meta({ secret: true })`. */
export function secretText(): z.ZodString {
  return z.string().meta({ secret: true });
}

/** Whether the schema, or one that it wraps, is marked. */
export function isSecret(schema: Schema): boolean {
  if (z.globalRegistry.get(schema)?.secret === true) return true;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'pipe') return isSecret(def.in);
  return 'innerType' in def && isSecret(def.innerType);
}

/** Whether what stands at a path is secret, or lies inside what is. */
export function isSecretAt(root: Schema, value: unknown, path: Path): boolean {
  return along(root, value, path).some(isSecret);
}

/** A copy in which every secret that says something reads `***`: what logs and `--print` may show. */
export function redacted(schema: Schema, value: unknown): unknown {
  return mapped(schema, value, (at, here) => (isSecret(at) && here !== '' ? HIDDEN : here));
}

/** A copy with every leaf, and everything under a secret, as `leaf` says; the schema goes along. */
export function mapped(schema: Schema, value: unknown, leaf: (schema: Schema, value: unknown) => unknown): unknown {
  const isLeaf = typeof value !== 'object' || value === null || isSecret(schema);
  const branch = chosen(schema, value);
  if (isLeaf || branch === undefined || bare(branch)._zod.def.type === 'string') return leaf(schema, value);
  const next = (step: string | number, here: unknown): unknown => {
    const at = below(branch, value, step);
    return at === undefined ? here : mapped(at, here, leaf);
  };
  if (Array.isArray(value)) return value.map((here, index) => next(index, here));
  return Object.fromEntries(Object.entries(value).map(([key, here]) => [key, next(key, here)]));
}
