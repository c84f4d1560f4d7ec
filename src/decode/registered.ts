import { Failure } from '../errors/failure.ts';
import { documentReader } from './document.ts';
import type { Format, Layout, Reader } from './format.ts';
import { type Schema, unnamed, writtenBy } from './schema.ts';

/** Avro, each record by the schema that it names. */
export const avro: Format = {
  kind: 'avro',
  open: (layout) => reader('avro', layout),
};

/** JSON, each record checked against the schema that it names. */
export const jsonSchema: Format = {
  kind: 'json_schema',
  open: (layout) => reader('json_schema', layout),
};

function reader(kind: Schema['kind'], layout: Layout): Reader {
  const { schemas } = layout;
  if (schemas === undefined) throw new Failure('config/invalid', `\`format: ${kind}\` needs a \`schema_registry\``);
  const read = documentReader(layout);
  return (record, into) => {
    const written = writtenBy(record, 'value');
    if (written === undefined) throw unnamed(record);
    const schema = schemas.get(written.id);
    if (schema.kind !== kind) {
      throw new Failure('decode/schema', `schema ${written.id} is ${schema.kind}, where the mapping says ${kind}`);
    }
    read(schema.read(written.payload), into);
  };
}
