import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseJson } from '../decode/json.ts';
import { quote } from '../decode/quote.ts';
import type { Schema } from '../decode/schema.ts';
import { decodeText } from '../decode/text.ts';
import { Failure } from '../errors/failure.ts';

/** Another schema that a schema uses, and the name that it uses for it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Words of a format (`email`, `date`) are notes, as the specification has it from 2019 on: no record is rejected for
 * them.
 */
const OPTIONS: Options = { strict: false, validateFormats: false, logger: false };

/** Reads JSON without looking at its schema. */
export const unpackJson: Schema['read'] = (payload) => parseJson(decodeText(payload));

/**
 * Compiles a JSON Schema of draft 6, 7, 2019-09 or 2020-12 into a reader of JSON that fits it. `references`: the
 * schemas that it uses.
 * @throws Error where it is no such schema
 */
export function compileJsonSchema(text: string, references: readonly NamedText[]): Schema['read'] {
  const { dialect, schema } = parsed(text);
  const ajv = opened(dialect);
  for (const { name, text: used } of references) ajv.addSchema(parsed(used).schema, name);
  const fits = ajv.compile(schema);
  return (payload) => {
    const document = unpackJson(payload);
    if (fits(document)) return document;
    throw new Failure('decode/schema', `the record does not fit its schema: ${messageOf(fits.errors?.[0])}`);
  };
}

function parsed(text: string): { readonly dialect: string; readonly schema: object | boolean } {
  const schema: unknown = JSON.parse(text);
  if (typeof schema === 'boolean') return { dialect: '', schema };
  if (typeof schema !== 'object' || schema === null) throw new Error('it is neither an object nor true or false');
  const { $schema: dialect = '', ...rest } = schema as { readonly $schema?: unknown };
  return { dialect: String(dialect), schema: rest };
}

/** Draft 7 reads what draft 6 says as draft 6 means it. */
function opened(dialect: string): Ajv {
  if (dialect.includes('2020-12')) return new Ajv2020(OPTIONS);
  return dialect.includes('2019-09') ? new Ajv2019(OPTIONS) : new Ajv(OPTIONS);
}

/** `/inside must be number`. */
function messageOf(error: ErrorObject | null | undefined): string {
  if (!error) return 'it does not say why';
  const { instancePath, message, params } = error;
  const place = instancePath === '' ? 'it' : instancePath;
  const extra = typeof params.additionalProperty === 'string' ? `, such as ${quote(params.additionalProperty)}` : '';
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
  return `${place} ${message ?? error.keyword}${extra}${allowed}`;
}
