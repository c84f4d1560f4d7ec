import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { zstdBound } from '../network/zstd-bound.ts';
import { BodyError } from './body.ts';

/** Encodings of a body that are understood, as `content-encoding` and `accept-encoding` name them. */
export const ENCODINGS: readonly string[] = ['gzip', 'deflate', 'zstd', 'identity'];

/** Memory that a body of many small zstd blocks may take, bytes: its bound counts each of them as a whole one. */
const MOST_ZSTD_BYTES = 128 << 20;
/** Low bits of the first byte of a zlib stream (RFC 1950): the method deflate. */
const ZLIB_METHOD = 8;

/**
 * Unpacks a body, to at most so many bytes. `encoding`: its `content-encoding`, of which there may be several. @throws
 * BodyError
 */
export async function unpackedBody(body: Buffer, encoding: string, most: number): Promise<Buffer> {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  let bytes = body;
  for (const name of names.reverse()) bytes = await unpackedOnce(bytes, name, most);
  if (bytes.length > most) throw tooLarge(most);
  return bytes;
}

async function unpackedOnce(body: Buffer, name: string, most: number): Promise<Buffer> {
  try {
    switch (name) {
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return await promisify(gunzip)(body, { maxOutputLength: most });
      case 'deflate':
        return await promisify((body[0] & 15) === ZLIB_METHOD ? inflate : inflateRaw)(body, { maxOutputLength: most });
      case 'zstd':
        return await fromZstd(body, most);
    }
  } catch (error) {
    if (error instanceof BodyError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(most);
    throw new BodyError(400, `the body is not ${name}, as its content-encoding says`);
  }
  throw new BodyError(415, `no content-encoding ${JSON.stringify(name)}; there are: ${ENCODINGS.join(', ')}`);
}

async function fromZstd(body: Buffer, most: number): Promise<Buffer> {
  if (zstdBound(body) > Math.max(most, MOST_ZSTD_BYTES)) throw tooLarge(most);
  const { decompress } = await import('@mongodb-js/zstd');
  return await decompress(body);
}

function tooLarge(most: number): BodyError {
  return new BodyError(413, `the body has more than ${most} bytes once it is unpacked; send smaller batches`);
}
