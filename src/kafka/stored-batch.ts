import { crc32c } from '@node-rs/crc32';
import { Failure } from '../errors/failure.ts';
import { ByteReader } from './byte-reader.ts';
import { unpackedBatch } from './unpacked-size.ts';

/* The way back of record-batch.ts: batches as a broker stores them. kafkajs drops a batch without records, and with it
 * the offset at which to continue; it makes an object of headers; and it checks no checksum. */

const BEFORE_LENGTH = 12;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const HEADER_BYTES = 61;
const MAGIC = 2;
const MAGIC_AT = 16;
const CODEC_MASK = 7;
const APPEND_TIME = 8;
const TRANSACTIONAL = 16;
const CONTROL = 32;
/** Largest batch once it is decompressed, bytes: of the default `max.message.bytes`, two hundred and fifty times. */
const MOST_UNPACKED = 256 << 20;
/** By the number of the codec. */
const CODECS = [undefined, 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const ABORT = 0;

/** A header as it is stored; one name may come several times. */
export type StoredHeader = readonly [name: string, value: Buffer | null];

/** A record as it is stored. */
export interface StoredRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly StoredHeader[];
}

/** Records that one producer wrote at once; compaction may have left none of them. */
export interface StoredBatch {
  /** Of its first record, as it was before compaction. */
  readonly firstOffset: number;
  /** Of its last record, as it was before compaction. */
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Of a control batch: how the transaction of its producer ended; what it is else is nothing to a reader. */
  readonly marker: 'abort' | 'other' | undefined;
  readonly records: readonly StoredRecord[];
}

/**
 * The batches in an answer, in order; the last one may be cut off, and is then left out. `place`: `topic/partition`,
 * for failures; `most`: bytes of a batch once it is decompressed. O(bytes).
 * @throws Failure kafka/corrupt, with the offset of the batch
 */
export async function storedBatches(
  bytes: Buffer,
  place: string,
  most = MOST_UNPACKED,
): Promise<readonly StoredBatch[]> {
  const batches: StoredBatch[] = [];
  for (let at = 0; bytes.length - at >= HEADER_BYTES; ) {
    const length = BEFORE_LENGTH + bytes.readInt32BE(at + 8);
    if (length > bytes.length - at) break;
    // With a length below that of its own header nobody can tell where the next batch begins.
    if (length < HEADER_BYTES) throw damaged(bytes.subarray(at), place, `it says that it has ${length} bytes`);
    batches.push(await storedBatch(bytes.subarray(at, at + length), place, most));
    at += length;
  }
  return batches;
}

async function storedBatch(bytes: Buffer, place: string, most: number): Promise<StoredBatch> {
  const magic = bytes.readInt8(MAGIC_AT);
  if (magic !== MAGIC) {
    throw damaged(bytes, place, `it has format ${magic}, which Kafka wrote before 0.11; only format 2 is read`);
  }
  if (bytes.readUInt32BE(CRC_AT) !== crc32c(bytes.subarray(ATTRIBUTES_AT))) {
    throw damaged(bytes, place, 'its checksum is wrong');
  }
  try {
    return await parsed(bytes, most);
  } catch (error) {
    throw damaged(bytes, place, error instanceof Error ? error.message : String(error), error);
  }
}

/** Of a batch with a whole header. */
function damaged(bytes: Buffer, place: string, what: string, cause?: unknown): Failure {
  const first = bytes.readBigInt64BE(0);
  const last = Number(first) + bytes.readInt32BE(ATTRIBUTES_AT + 2);
  const message = `the batch of records from offset ${first} to ${last} is damaged: ${what}`;
  return new Failure('kafka/corrupt', message, { where: `${place}@${first}`, cause });
}

async function parsed(bytes: Buffer, most: number): Promise<StoredBatch> {
  const header = new ByteReader(bytes);
  const firstOffset = header.offset();
  header.int32();
  const leaderEpoch = header.int32();
  header.take(ATTRIBUTES_AT - MAGIC_AT);
  const attributes = header.int16();
  const lastOffset = firstOffset + header.int32();
  const [firstTime, maxTime, producerId] = [header.offset(), header.offset(), header.int64()];
  // Producer epoch, and the sequence of the first record.
  header.take(6);
  const count = header.int32();
  const appendedMs = (attributes & APPEND_TIME) !== 0 ? maxTime : undefined;
  const reader = new ByteReader(await unpacked(bytes.subarray(HEADER_BYTES), attributes & CODEC_MASK, most));
  const records: StoredRecord[] = [];
  for (let n = 0; n < count; n++) records.push(recordOf(reader, { firstOffset, firstTime, appendedMs }));
  const isControl = (attributes & CONTROL) !== 0;
  return {
    firstOffset,
    lastOffset,
    leaderEpoch,
    producerId,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    marker: isControl ? markerOf(records) : undefined,
    records: isControl ? [] : records,
  };
}

async function unpacked(bytes: Buffer, codec: number, most: number): Promise<Buffer> {
  if (codec === 0) return bytes;
  const name = CODECS[codec];
  if (name === undefined) throw new RangeError(`there is no codec ${codec}`);
  try {
    const { buffer, byteOffset, byteLength } = await unpackedBatch(bytes, name, most);
    return Buffer.from(buffer, byteOffset, byteLength);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new Error(`it is said to be ${name}, and cannot be decompressed`, { cause });
  }
}

interface Base {
  readonly firstOffset: number;
  readonly firstTime: number;
  readonly appendedMs: number | undefined;
}

function recordOf(batch: ByteReader, { firstOffset, firstTime, appendedMs }: Base): StoredRecord {
  const record = new ByteReader(batch.take(batch.varint()));
  // Attributes, of which none is in use.
  record.int8();
  const timestampMs = firstTime + record.varint();
  const offset = firstOffset + record.varint();
  const [key, value] = [field(record), field(record)];
  const headers: StoredHeader[] = [];
  for (let count = record.varint(); count > 0; count--) headers.push([String(field(record) ?? ''), field(record)]);
  return { offset, timestampMs: appendedMs ?? timestampMs, key, value, headers };
}

function field(record: ByteReader): Buffer | null {
  const length = record.varint();
  return length < 0 ? null : record.take(length);
}

/** The key of a control record: its version, and what it says. */
function markerOf([record]: readonly StoredRecord[]): 'abort' | 'other' {
  return record?.key?.readInt16BE(2) === ABORT ? 'abort' : 'other';
}
