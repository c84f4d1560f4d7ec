import { crc32 } from 'node:zlib';

/**
 * So much of a file's beginning is its fingerprint. More would not help: what comes later is behind the header and the
 * first times.
 */
export const PRINT_BYTES = 4_096;

/** Fingerprint of a file's content: the checksum of its first bytes, as many as were read, at most `PRINT_BYTES`. */
export interface Print {
  readonly bytes: number;
  readonly crc: number;
}

/** Of a file of which nothing was read yet: every file begins so, so it identifies none. */
export const NO_PRINT: Print = { bytes: 0, crc: 0 };

/** The fingerprint after another chunk, which is at `position` of the content. */
export function extended(print: Print, position: number, chunk: Buffer): Print {
  const from = print.bytes - position;
  if (print.bytes >= PRINT_BYTES || from < 0 || from >= chunk.length) return print;
  const more = chunk.subarray(from, PRINT_BYTES - position);
  return { bytes: print.bytes + more.length, crc: crc32(more, print.crc) };
}

/** Whether content with this beginning is what has the fingerprint, or what it has grown to. */
export function begins(head: Buffer, { bytes, crc }: Print): boolean {
  return head.length >= bytes && crc32(head.subarray(0, bytes)) === crc;
}
