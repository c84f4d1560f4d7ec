import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import { Failure } from '../../src/errors/failure.ts';
import type { Observation } from '../../src/event/observation.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { BatchSchemas } from '../../src/registry/batch-schemas.ts';
import { registryOptions } from '../../src/registry/options.ts';
import { SchemaRegistry } from '../../src/registry/registry.ts';
import { channel, mapping, record } from '../decode/mapping.ts';
import { describeWith } from '../servers/program.ts';
import { apicurio, type SchemaRegistryServer, startSchemaRegistry } from '../servers/schema-registry.ts';
import { type Front, startFront } from './front.ts';
import { byGuid, numbered } from './wire-format.ts';

const READING = {
  type: 'record',
  name: 'Reading',
  namespace: 'org.example.home',
  fields: [
    { name: 'home', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'inside', type: ['null', 'double'], default: null },
  ],
};
const NEWER = { ...READING, fields: [...READING.fields, { name: 'outside', type: ['null', 'float'], default: null }] };
const GUID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
const TIME = Date.UTC(2026, 0, 5, 5);
const never = new AbortController().signal;

const avro = mapping({ format: 'avro', key: '/home', time: { at: '/time' } });
const channels = [channel('inside'), channel('outside')];
const bytes = (schema: unknown, value: unknown) => avsc.Type.forSchema(schema as avsc.Schema).toBuffer(value);
const reading = (more: object = {}) => ({ home: 'h-1', time: TIME * 1_000, inside: 20.5, ...more });

/** Decodes a batch as a task does; a failure is its sentence. */
async function decodeAll(
  registry: SchemaRegistry,
  batch: readonly SourceRecord[],
  options = avro,
): Promise<readonly (Observation | string)[]> {
  const schemas = new BatchSchemas(registry, options);
  await schemas.prepare(batch, never);
  const { decode } = decoder(options, channels, undefined, schemas);
  return batch.map((each) => {
    try {
      return decode(each);
    } catch (error) {
      if (error instanceof Failure && error.remedy === 'skip-record') return `${error.code}: ${error.message}`;
      throw error;
    }
  });
}
const seen = (series: string, timeMs: number, ...values: readonly number[]): Observation => ({
  series,
  timeMs,
  values: Float64Array.from(values),
});

describeWith([apicurio], 'records that name schemas of a real registry', () => {
  let server: SchemaRegistryServer;
  let front: Front;
  let registry: SchemaRegistry;
  let older: number;

  beforeAll(async () => {
    server = await startSchemaRegistry();
    older = await server.register('readings-value', { schema: READING });
    front = await startFront(server.url, { guids: { [GUID]: older } });
    registry = new SchemaRegistry(registryOptions.parse({ url: front.url }));
  }, 120_000);
  afterAll(async () => {
    await front?.close();
    await server?.stop();
  });

  test('are read by the number before the bytes, or the GUID in a header', async () => {
    const payload = bytes(READING, reading());
    const batch = [record(numbered(older, payload)), record(payload, { headers: byGuid(GUID) })];
    const expected = seen('h-1', TIME, 20.5, Number.NaN);
    expect(await decodeAll(registry, batch)).toEqual([expected, expected]);
  });

  test('are each read by the schema that wrote them, older and newer side by side', async () => {
    const newer = await server.register('readings-value', { schema: NEWER });
    expect(newer).not.toBe(older);
    const batch = [
      record(numbered(newer, bytes(NEWER, reading({ outside: 7.25 })))),
      record(numbered(older, bytes(READING, reading({ inside: null })))),
    ];
    expect(await decodeAll(registry, batch)).toEqual([seen('h-1', TIME, 20.5, 7.25), seen('h-1', TIME, NaN, NaN)]);
  });

  test('may use schemas of other subjects', async () => {
    const place = { type: 'record', name: 'Place', namespace: 'p', fields: [{ name: 'home', type: 'string' }] };
    const [at, inside] = [
      { name: 'at', type: 'p.Place' },
      { name: 'inside', type: 'double' },
    ];
    const schema = { type: 'record', name: 'Placed', fields: [at, inside] };
    await server.register('place', { schema: place });
    const references = [{ name: 'p.Place', subject: 'place', version: 1 }];
    const id = await server.register('placed-value', { schema, references });
    const whole = { ...schema, fields: [{ name: 'at', type: place }, inside] };
    const options = mapping({ format: 'avro', key: '/at/home', time: { format: 'record' } });
    const placed = record(numbered(id, bytes(whole, { at: { home: 'h-2' }, inside: 3 })), { timestampMs: TIME });
    expect(await decodeAll(registry, [placed], options)).toEqual([seen('h-2', TIME, 3, NaN)]);
  });

  test('may have keys that a schema wrote, beside keys that are text', async () => {
    const id = await server.register('readings-key', { schema: '"long"' });
    const options = mapping({ format: 'avro', key: 'record', time: { at: '/time' } });
    const value = numbered(older, bytes(READING, reading()));
    const ofKeys = (keys: readonly Uint8Array[]) => keys.map((key) => record(value, { key }));
    const batch = ofKeys([
      numbered(id, bytes('long', 42)),
      new TextEncoder().encode('h-3'),
      numbered(id, Buffer.of(0xff)),
    ]);
    expect(await decodeAll(registry, batch, options)).toEqual([
      seen('42', TIME, 20.5, NaN),
      seen('h-3', TIME, 20.5, NaN),
      'decode/schema: the record does not fit its schema: truncated buffer',
    ]);
  });

  test('are rejected alone where the schema is missing, is another, or did not write them', async () => {
    const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    const json = await server.register('json-value', { schema: text, schemaType: 'JSON' });
    const good = numbered(older, bytes(READING, reading()));
    const batch = [
      good.subarray(0, 9),
      numbered(9_999, good),
      numbered(json, good),
      Buffer.from('{"home":"h-1"}'),
      good,
    ];
    const lines = await decodeAll(
      registry,
      batch.map((value) => record(value)),
    );
    expect(lines).toEqual([
      'decode/schema: the record does not fit its schema: truncated buffer',
      expect.stringMatching(/^decode\/schema: the schema registry has no schema 9999: /),
      `decode/schema: schema ${json} is json_schema, where the mapping says avro`,
      'decode/schema: the record names no schema: it begins with 0x7b, not 0x00, and there is no header __value_schema_id',
      seen('h-1', TIME, 20.5, NaN),
    ]);
  });

  test('cost one request for each schema, whoever asks, and a missing one is not asked for again at once', async () => {
    const fresh = new SchemaRegistry(registryOptions.parse({ url: front.url }));
    const good = record(numbered(older, bytes(READING, reading())));
    const lost = record(numbered(8_888, Buffer.of(0)));
    const before = front.asked.length;
    await Promise.all([decodeAll(fresh, [good, lost, good]), decodeAll(fresh, [good, lost])]);
    await decodeAll(fresh, [lost, good]);
    expect(front.asked.slice(before).sort()).toEqual([`/schemas/ids/${older}`, '/schemas/ids/8888']);
  });

  test('are read though the cache holds fewer schemas than their batch names', async () => {
    const small = new SchemaRegistry(registryOptions.parse({ url: front.url, cache: 1 }));
    const other = await server.register('others-value', { schema: { ...READING, name: 'Other' } });
    const batch = [older, other, older].map((id) => record(numbered(id, bytes(READING, reading()))));
    const expected = seen('h-1', TIME, 20.5, NaN);
    expect(await decodeAll(small, batch)).toEqual([expected, expected, expected]);
    const before = front.asked.length;
    await decodeAll(small, batch);
    expect(front.asked.length).toBeGreaterThan(before);
  });

  describe('as JSON with a JSON Schema', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['home', 'time'],
      properties: { home: { type: 'string' }, time: { type: 'string' }, inside: { type: 'number' } },
      additionalProperties: false,
    };
    const options = mapping({ format: 'json_schema', key: '/home', time: { at: '/time' } });
    const lines = [
      '{"home":"h-1","time":"2026-01-05T05:00:00Z","inside":20.5}',
      '{"home":"h-1","time":"2026-01-05T05:00:00Z","inside":"20.5"}',
      '{"home":"h-1"}',
      '{"home":"h-1","time":"2026-01-05T05:00:00Z","insde":20.5}',
      '{"home":',
    ];
    let batch: readonly SourceRecord[];

    beforeAll(async () => {
      const id = await server.register('checked-value', { schema, schemaType: 'JSON' });
      batch = lines.map((line) => record(numbered(id, Buffer.from(line))));
    });

    test('are checked, and rejected with what does not fit', async () => {
      expect(await decodeAll(registry, batch, options)).toEqual([
        seen('h-1', TIME, 20.5, NaN),
        'decode/schema: the record does not fit its schema: /inside must be number',
        "decode/schema: the record does not fit its schema: it must have required property 'time'",
        'decode/schema: the record does not fit its schema: it must NOT have additional properties, such as "insde"',
        'decode/syntax: not JSON, unexpected end of input',
      ]);
    });

    test('are only unpacked where the configuration says so', async () => {
      const lenient = new SchemaRegistry(registryOptions.parse({ url: front.url, validate: false }));
      expect((await decodeAll(lenient, batch, options)).slice(1, 4)).toEqual([
        seen('h-1', TIME, 20.5, NaN),
        'decode/missing-field: time /time: there is none',
        seen('h-1', TIME, NaN, NaN),
      ]);
    });
  });
});
