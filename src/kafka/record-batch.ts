import { crc32c } from '@node-rs/crc32';
import { type Compression, codecs, compressions } from './compression.ts';

/* A record batch, format 2, as brokers store it and consumers read it (KIP-98, "Message Format"):
 *
 *   base offset 8 | length 4 | leader epoch 4 | magic 1 | CRC-32C 4 | attributes 2 | last offset delta 4
 *   | base timestamp 8 | max timestamp 8 | producer id 8 | producer epoch 2 | base sequence 4 | count 4 | records
 *   record: length | attributes 1 | timestamp delta | offset delta | key | value | headers, each with its length;
 *   lengths and deltas are zigzag varints.
 *
 * kafkajs makes some ten buffers of a kilobyte for every record, and three quarters of the time of a commit went there.
 */

const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const MAGIC = 2;
const TRANSACTIONAL = 16;
/** Of what precedes the length's end. */
const BEFORE_LENGTH = 12;

/** A header: its name, and its value. */
export type Header<Value = Uint8Array | string | null> = readonly [name: string, value: Value];

/**
 * A record, and where it goes. Times are the broker's clock's business, not event time's: old ones would fall to
 * retention at once.
 */
export interface Outgoing {
  readonly topic: string;
  readonly partition: number;
  readonly key: Uint8Array | string | null;
  readonly value: Uint8Array | string | null;
  readonly headers: readonly Header[];
  /** The headers as a record has them (`framedHeaders`), instead of `headers`. */
  readonly headerBytes?: Uint8Array;
}

/** Who writes a batch, and when. */
export interface BatchAuthor {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of the batch's first record in its partition. */
  readonly sequence: number;
  readonly timestampMs: number;
}

/** The bytes of one batch of a transaction, uncompressed; see `compressBatch`. O(bytes). */
export function recordBatch(records: readonly Outgoing[], author: BatchAuthor): Buffer {
  const size = records.reduce((sum, record, delta) => sum + framed(bodySize(record, delta)), HEADER_BYTES);
  const bytes = Buffer.allocUnsafe(size);
  let at = HEADER_BYTES;
  for (let delta = 0; delta < records.length; delta++) at = writeRecord(bytes, at, records[delta], delta);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(-1, EPOCH_AT);
  bytes.writeInt8(MAGIC, MAGIC_AT);
  writeAuthor(bytes, records.length, author);
  return sealed(bytes);
}

/** The same batch with its records compressed, where that makes it smaller. */
export async function compressBatch(batch: Buffer, compression: Exclude<Compression, 'none'>): Promise<Buffer> {
  const records = await codecs[compression].compress(batch.subarray(HEADER_BYTES));
  if (HEADER_BYTES + records.length >= batch.length) return batch;
  const bytes = Buffer.concat([batch.subarray(0, HEADER_BYTES), records]);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | compressions[compression], ATTRIBUTES_AT);
  return sealed(bytes);
}

/** Writes the length and the checksum of all the rest. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeInt32BE(bytes.length - BEFORE_LENGTH, LENGTH_AT);
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT);
  return bytes;
}

/** About how many bytes a record takes in a batch. */
export function sizeOf(record: Outgoing): number {
  return framed(bodySize(record, 0));
}

function writeAuthor(bytes: Buffer, count: number, author: BatchAuthor): void {
  const time = BigInt(author.timestampMs);
  let at = bytes.writeInt16BE(TRANSACTIONAL, ATTRIBUTES_AT);
  at = bytes.writeInt32BE(count - 1, at);
  at = bytes.writeBigInt64BE(time, at);
  at = bytes.writeBigInt64BE(time, at);
  at = bytes.writeBigInt64BE(author.producerId, at);
  at = bytes.writeInt16BE(author.producerEpoch, at);
  at = bytes.writeInt32BE(author.sequence, at);
  bytes.writeInt32BE(count, at);
}

function writeRecord(bytes: Buffer, start: number, record: Outgoing, delta: number): number {
  let at = writeVarint(bytes, start, bodySize(record, delta));
  bytes[at++] = 0;
  bytes[at++] = 0;
  at = writeVarint(bytes, at, delta);
  at = writeField(bytes, at, record.key);
  at = writeField(bytes, at, record.value);
  if (record.headerBytes !== undefined) {
    bytes.set(record.headerBytes, at);
    return at + record.headerBytes.length;
  }
  return writeHeaders(bytes, at, record.headers);
}

/** Headers that many records share, as each of them has them. */
export function framedHeaders(headers: readonly Header[]): Uint8Array {
  const bytes = Buffer.alloc(headersSize(headers));
  writeHeaders(bytes, 0, headers);
  return bytes;
}

function writeHeaders(bytes: Buffer, start: number, headers: readonly Header[]): number {
  let at = writeVarint(bytes, start, headers.length);
  for (const [name, value] of headers) at = writeField(bytes, writeField(bytes, at, name), value);
  return at;
}

function bodySize({ key, value, headers, headerBytes }: Outgoing, delta: number): number {
  // Attributes, and a timestamp delta of 0.
  const size = 2 + varintSize(delta) + fieldSize(key) + fieldSize(value);
  return size + (headerBytes === undefined ? headersSize(headers) : headerBytes.length);
}

function headersSize(headers: readonly Header[]): number {
  let size = varintSize(headers.length);
  for (const [name, text] of headers) size += fieldSize(name) + fieldSize(text);
  return size;
}

function framed(size: number): number {
  return varintSize(size) + size;
}

function fieldSize(field: Uint8Array | string | null): number {
  return field === null ? 1 : framed(byteLength(field));
}

function byteLength(field: Uint8Array | string): number {
  return typeof field === 'string' ? Buffer.byteLength(field) : field.length;
}

/** null has length −1. */
function writeField(bytes: Buffer, at: number, field: Uint8Array | string | null): number {
  if (field === null) return writeVarint(bytes, at, -1);
  const length = byteLength(field);
  const start = writeVarint(bytes, at, length);
  if (typeof field === 'string') bytes.write(field, start);
  else bytes.set(field, start);
  return start + length;
}

/** Zigzag: 0, −1, 1, −2 … are 0, 1, 2, 3 …; then seven bits a byte, the low ones first. */
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = start;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x20_0000 ? 3 : zigzag < 0x1000_0000 ? 4 : 5;
}
