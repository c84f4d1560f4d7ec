import type { z } from 'zod';
import type { Path } from './document.ts';

type Schema = z.core.$ZodType;

/** The schema inside its wrappers (optional, default, transform …), which add nothing to its shape. */
export function bare(schema: Schema): z.core.$ZodTypes {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return bare(def.innerType);
    case 'pipe':
      return bare(def.in);
    default:
      return known;
  }
}

/** A union's branches by the key that chooses among them; undefined where it is no such union. */
export function branches(schema: Schema): { readonly key: string; readonly options: readonly Schema[] } | undefined {
  const { def } = bare(schema)._zod;
  if (def.type !== 'union' || !('discriminator' in def) || typeof def.discriminator !== 'string') return undefined;
  return { key: def.discriminator, options: def.options };
}

/** The branch a value chooses, down to the object; undefined where it chooses none. Other schemas are themselves. */
export function chosen(schema: Schema, value: unknown): Schema | undefined {
  const union = branches(schema);
  if (union === undefined) return schema;
  const choice = child(value, union.key);
  const option = union.options.find((candidate) => candidate._zod.propValues?.[union.key]?.has(choice as string));
  return option && chosen(option, value);
}

/** The schema one step below, for the value that is there. */
export function below(schema: Schema, value: unknown, step: string | number): Schema | undefined {
  const branch = chosen(schema, value);
  if (branch === undefined) return undefined;
  const { def } = bare(branch)._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
  if (def.type === 'record') return def.valueType;
  if (def.type === 'array') return def.element;
  return def.type === 'tuple' ? def.items[Number(step)] : undefined;
}

/** The schemas from the root down to a path, as far as they are known. */
export function along(schema: Schema, value: unknown, path: Path): readonly Schema[] {
  const schemas = [schema];
  let [at, here]: readonly [Schema | undefined, unknown] = [schema, value];
  for (const step of path) {
    at = below(at, here, step);
    if (at === undefined) break;
    here = child(here, step);
    schemas.push(at);
  }
  return schemas;
}

/** The names of keys that a mapping may have; for a record, those it has. */
export function keysOf(schema: Schema | undefined, value: unknown): readonly string[] {
  if (schema === undefined) return [];
  const branch = chosen(schema, value);
  if (branch === undefined) return [branches(schema)?.key ?? 'kind'];
  const { def } = bare(branch)._zod;
  if (def.type === 'object') return Object.keys(def.shape);
  return def.type === 'record' && typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** What is below a value; undefined where nothing does. */
export function child(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[step];
}

/** What is at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(child, value);
}
