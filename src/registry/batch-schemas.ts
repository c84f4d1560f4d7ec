import { type DecodeOptions, namesSchemas } from '../decode/options.ts';
import { type Schema, type SchemaId, type Schemas, writtenBy } from '../decode/schema.ts';
import type { SourceRecord } from '../event/record.ts';
import type { Looked, SchemaRegistry } from './registry.ts';

/** The schemas that one task's batch names, looked up before it is decoded: decoding waits for nothing. */
export class BatchSchemas implements Schemas {
  readonly #registry: SchemaRegistry;
  readonly #options: DecodeOptions;
  #looked: ReadonlyMap<SchemaId, Looked> = new Map();

  constructor(registry: SchemaRegistry, options: DecodeOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  /**
   * Looks up all that a batch names, and forgets the batch before. A schema that is not there, or cannot be used, is
   * its records' failure.
   * @throws Failure registry/unreachable, registry/refused
   */
  async prepare(batch: readonly SourceRecord[], signal: AbortSignal): Promise<void> {
    const ids = [...named(this.#options, batch)];
    const looked = await Promise.all(ids.map((id) => this.#registry.look(id, signal)));
    this.#looked = new Map(ids.map((id, place) => [id, looked[place]]));
  }

  /** @throws Failure decode/schema; Error where the batch was not prepared: a bug */
  get(id: SchemaId): Schema {
    const looked = this.#looked.get(id);
    if (looked === undefined) throw new Error(`schema ${id} was not looked up`);
    if ('failure' in looked) throw looked.failure;
    return looked.schema;
  }
}

function named(options: DecodeOptions, batch: readonly SourceRecord[]): ReadonlySet<SchemaId> {
  const parts: ('key' | 'value')[] = [];
  if (namesSchemas(options)) parts.push('value');
  if (options.key === 'record') parts.push('key');
  const ids = new Set<SchemaId>();
  for (const record of batch) {
    if (record.cutFrom !== undefined) continue;
    for (const part of parts) {
      const written = writtenBy(record, part);
      if (written !== undefined) ids.add(written.id);
    }
  }
  return ids;
}
