import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';

/** How a schema registry numbers its schemas: by a number, or by a GUID in lower case. */
export type SchemaId = number | string;

/** A schema made ready to read with. */
export interface Schema {
  readonly kind: 'avro' | 'json_schema';
  /**
   * What was written: objects, lists and primitives as JSON has them; beside them `Instant` for times, `bigint` for
   * whole numbers that a number does not hold, `Uint8Array` for bytes. @throws Failure decode/*
   */
  readonly read: (payload: Uint8Array) => unknown;
}

/** Schemas that were fetched beforehand, since decoding waits for nothing. */
export interface Schemas {
  /** @throws Failure decode/schema where the registry has none of this name, or one that cannot be read */
  get(id: SchemaId): Schema;
}

/** Bytes, and the schema that wrote them. */
export interface Written {
  readonly id: SchemaId;
  readonly payload: Uint8Array;
}

const HEADERS = { key: '__key_schema_id', value: '__value_schema_id' } as const;
const NUMBERED = 0;
const BY_GUID = 1;
const NUMBER_BYTES = 5;
const GUID_BYTES = 17;

/**
 * Which schema wrote a record's key or value, in either wire format of Confluent's serializers: named in a header, or
 * in front of the bytes as 0x00 and an int32. A header begins with 0x00 and an int32, or with 0x01 and the 16 bytes of
 * a GUID. Undefined where no schema is named. O(1).
 */
export function writtenBy(record: SourceRecord, part: 'key' | 'value'): Written | undefined {
  const bytes = record[part];
  if (bytes === undefined) return undefined;
  const header = lastOf(record.headers, HEADERS[part]);
  if (header !== undefined) {
    const id = idIn(header);
    return id === undefined ? undefined : { id, payload: bytes };
  }
  if (bytes.length < NUMBER_BYTES || bytes[0] !== NUMBERED) return undefined;
  return { id: int32(bytes), payload: bytes.subarray(NUMBER_BYTES) };
}

/** The failure of a value that names no schema. */
export function unnamed({ value }: SourceRecord): Failure {
  const [first] = value;
  const begins =
    first === undefined ? 'it is empty' : `it begins with 0x${first.toString(16).padStart(2, '0')}, not 0x00`;
  return new Failure('decode/schema', `the record names no schema: ${begins}, and there is no header ${HEADERS.value}`);
}

/** Of a header that comes more than once the last counts, as for Kafka's own clients. */
function lastOf(headers: SourceRecord['headers'], wanted: string): Uint8Array | undefined {
  return headers?.findLast(([name]) => name === wanted)?.[1] ?? undefined;
}

function idIn(header: Uint8Array): SchemaId | undefined {
  if (header[0] === NUMBERED && header.length === NUMBER_BYTES) return int32(header);
  return header[0] === BY_GUID && header.length === GUID_BYTES ? guid(header.subarray(1)) : undefined;
}

function int32(bytes: Uint8Array): number {
  return (bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4];
}

function guid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
