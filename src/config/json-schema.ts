import { z } from 'zod';
import { configOptions } from './config.ts';
import { formatDuration, isDuration } from './effective.ts';

/** A JSON Schema, or a part of it. */
export type JsonSchema = { readonly [key: string]: unknown };

const VARIABLE = {
  type: 'string',
  pattern: '\\$\\{',
  description: '`${NAME}`, `${NAME:-default}` or `${file:/path}`: replaced before the check.',
};

/**
 * The JSON Schema (draft 7, which editors know) of a configuration file. A number, a word from a list or any other text
 * of a certain form may also be a `${…}`, for that is what the loader accepts.
 */
export function configurationSchema(): JsonSchema {
  return { ...asRecord(relaxed(plainSchema())), definitions: { variable: VARIABLE } };
}

/** The schema without the `${…}`: what the values are once those are replaced. */
export function plainSchema(): JsonSchema {
  return z.toJSONSchema(configOptions, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema: schema }) {
      if (schema.secret === true) schema.writeOnly = true;
      delete schema.secret;
      const { def } = zodSchema._zod;
      const standard = def.type === 'default' && isDuration(zodSchema) ? def.defaultValue : undefined;
      if (typeof standard === 'number') schema.default = formatDuration(standard);
    },
  });
}

/** Keys whose values are names, or data, or the one value that chooses a branch: no schemas that may be a variable. */
const KEPT = new Set(['propertyNames', 'default', 'const', 'enum', 'required']);

function relaxed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relaxed);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      KEPT.has(key) ? value : key === 'properties' ? each(value) : relaxed(value),
    ]),
  );
  if (!isConstrained(inner)) return inner;
  const { description, default: standard, writeOnly, ...rest } = inner;
  const about = Object.entries({ description, default: standard, writeOnly }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...Object.fromEntries(about), anyOf: [rest, { $ref: '#/definitions/variable' }] };
}

/** The names of properties are no keywords. */
function each(properties: unknown): JsonSchema {
  return Object.fromEntries(Object.entries(asRecord(properties)).map(([name, schema]) => [name, relaxed(schema)]));
}

function isConstrained({ type, pattern, format, enum: words }: JsonSchema): boolean {
  const types = Array.isArray(type) ? type : [type];
  if (types.some((name) => name === 'number' || name === 'integer' || name === 'boolean')) return true;
  return words !== undefined || (types.includes('string') && (pattern !== undefined || format !== undefined));
}

function asRecord(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}
