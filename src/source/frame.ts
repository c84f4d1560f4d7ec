import { crc32 } from 'node:zlib';
import type { RecordBytes, SourceRecord } from '../event/record.ts';

/** Length of the body and its CRC-32, little-endian. */
export const FRAME_HEADER = 8;
/** When the push arrived, epoch ms, float 64. */
const TIME = 8;
const LENGTH = 4;
/** No push is that large: a longer frame is damage. */
const LARGEST = 2 ** 30;

/**
 * One push as the inbox stores it: length, CRC-32, then the time of arrival and each record with its length. One
 * checksum over all, so that a push torn by a crash is there whole or not at all.
 */
export function frameOf(records: RecordBytes, arrivedMs: number): Buffer {
  let body = TIME;
  for (const { length } of records) body += LENGTH + length;
  const frame = Buffer.alloc(FRAME_HEADER + body);
  frame.writeUInt32LE(body, 0);
  frame.writeDoubleLE(arrivedMs, FRAME_HEADER);
  let at = FRAME_HEADER + TIME;
  for (const record of records) {
    at = frame.writeUInt32LE(record.length, at);
    frame.set(record, at);
    at += record.length;
  }
  frame.writeUInt32LE(crc32(frame.subarray(FRAME_HEADER)), 4);
  return frame;
}

/**
 * Bytes of the frame that begins at `at`: `damaged` where it does not fit its checksum, `unfinished` where these bytes
 * end before it does.
 */
export function frameAt(bytes: Buffer, at: number): number | 'damaged' | 'unfinished' {
  if (bytes.length - at < FRAME_HEADER) return 'unfinished';
  const body = bytes.readUInt32LE(at);
  if (body < TIME || body > LARGEST) return 'damaged';
  const end = at + FRAME_HEADER + body;
  if (bytes.length < end) return 'unfinished';
  return crc32(bytes.subarray(at + FRAME_HEADER, end)) === bytes.readUInt32LE(at + 4) ? end - at : 'damaged';
}

/**
 * The records of a whole frame that begins at `at`, which is offset `offset` of the inbox, one by one: a frame of a few
 * megabytes may hold millions. Each record has an offset of its own within it.
 */
export function* recordsOf(bytes: Buffer, at: number, offset: number): Generator<SourceRecord> {
  const end = at + FRAME_HEADER + bytes.readUInt32LE(at);
  const timestampMs = bytes.readDoubleLE(at + FRAME_HEADER);
  for (let start = at + FRAME_HEADER + TIME; start < end; ) {
    const next = start + LENGTH + bytes.readUInt32LE(start);
    const value = bytes.subarray(start + LENGTH, next);
    yield { value, timestampMs, offset: offset + start - at, next: offset + next - at, line: 0 };
    start = next;
  }
}
