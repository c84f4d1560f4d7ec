import { z } from 'zod';
import { unlessAborted } from '../async/aborted.ts';
import type { Schema, SchemaId } from '../decode/schema.ts';
import { Failure } from '../errors/failure.ts';
import { compileAvro } from './avro.ts';
import { RegistryClient } from './client.ts';
import { compileJsonSchema, type NamedText, unpackJson } from './json-schema.ts';
import type { RegistryOptions } from './options.ts';

/** A schema that can be read with, or what is wrong with it. */
export type Looked = { readonly schema: Schema } | { readonly failure: Failure };

/** How long it is believed that a schema is not there: it may yet be registered. */
const MISSING_FOR_MS = 30_000;
/** Schemas that one schema may use, each with those that it uses. */
const MOST_REFERENCES = 100;

type Kept = Looked & { readonly until: number };

/** A request that several callers wait for. It is cancelled when the last of them has been aborted, and not before. */
interface Fetch {
  readonly fetched: Promise<Kept>;
  readonly cancel: AbortController;
  waiting: number;
}

const registered = z.object({
  schema: z.string(),
  schemaType: z.string().default('AVRO'),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.int() }))
    .nullish()
    .transform((references) => references ?? []),
});

/** The schemas of a registry that speaks Confluent's API, fetched once, compiled once, and kept while they are used. */
export class SchemaRegistry {
  readonly #client: RegistryClient;
  readonly #options: RegistryOptions;
  /** Those used last are last. */
  readonly #kept = new Map<SchemaId, Kept>();
  readonly #fetches = new Map<SchemaId, Fetch>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#client = new RegistryClient(options);
  }

  /**
   * The schema of this name. It is asked for over the network where it is not kept, once however many want it; the
   * signal ends the caller's wait, not that of the others. @throws Failure registry/unreachable, registry/refused
   */
  async look(id: SchemaId, signal: AbortSignal): Promise<Looked> {
    const kept = this.#kept.get(id);
    if (kept !== undefined && performance.now() < kept.until) return this.#keep(id, kept);
    const fetch = this.#fetches.get(id) ?? this.#begin(id);
    fetch.waiting++;
    try {
      const fetched = await unlessAborted(fetch.fetched, signal);
      if (fetched === undefined) throw new Failure('registry/unreachable', `stopped while schema ${id} was fetched`);
      return this.#keep(id, fetched);
    } finally {
      if (--fetch.waiting === 0) this.#end(id, fetch);
    }
  }

  #begin(id: SchemaId): Fetch {
    const cancel = new AbortController();
    const fetch: Fetch = { fetched: this.#fetch(id, cancel.signal), cancel, waiting: 0 };
    this.#fetches.set(id, fetch);
    return fetch;
  }

  /** Nobody waits any more: the answer has come, or the callers were aborted. */
  #end(id: SchemaId, fetch: Fetch): void {
    fetch.cancel.abort();
    if (this.#fetches.get(id) === fetch) this.#fetches.delete(id);
  }

  #keep(id: SchemaId, kept: Kept): Kept {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#options.cache) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }

  async #fetch(id: SchemaId, signal: AbortSignal): Promise<Kept> {
    const answer = await this.#client.get(
      typeof id === 'number' ? `/schemas/ids/${id}` : `/schemas/guids/${id}`,
      signal,
    );
    if ('missing' in answer) return unusable(`the schema registry has no schema ${id}: ${answer.missing}`);
    try {
      const references = await this.#references(answer.found, signal, new Set());
      return { schema: this.#compiled(answer.found, references), until: Number.POSITIVE_INFINITY };
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      return unusable(`schema ${id} cannot be used: ${why}`, cause);
    }
  }

  #compiled(found: unknown, references: readonly NamedText[]): Schema {
    const { schema: text, schemaType } = registered.parse(found);
    if (schemaType === 'AVRO')
      return {
        kind: 'avro',
        read: compileAvro(
          text,
          references.map((used) => used.text),
        ),
      };
    if (schemaType !== 'JSON') throw new Error(`it is ${schemaType}, and only AVRO and JSON can be read`);
    return { kind: 'json_schema', read: this.#options.validate ? compileJsonSchema(text, references) : unpackJson };
  }

  /** The schemas that a schema uses, each after those that it uses itself, and once. */
  async #references(of: unknown, signal: AbortSignal, seen: Set<string>): Promise<readonly NamedText[]> {
    const texts: NamedText[] = [];
    for (const { name, subject, version } of registered.parse(of).references) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      if (seen.has(path)) continue;
      seen.add(path);
      if (seen.size > MOST_REFERENCES) throw new Error(`it uses more than ${MOST_REFERENCES} others`);
      const answer = await this.#client.get(path, signal);
      if ('missing' in answer) throw new Error(`it uses version ${version} of ${subject}: ${answer.missing}`);
      texts.push(...(await this.#references(answer.found, signal, seen)));
      texts.push({ name, text: registered.parse(answer.found).schema });
    }
    return texts;
  }
}

function unusable(message: string, cause?: unknown): Kept {
  return { failure: new Failure('decode/schema', message, { cause }), until: performance.now() + MISSING_FOR_MS };
}
