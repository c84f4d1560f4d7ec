import { crc32 } from 'node:zlib';
import { Failure } from '../errors/failure.ts';

const MAGIC = 'SPL';
/**
 * Version of what is inside the seal. The seal itself never changes: a newer version is recognised, and is not taken
 * for damage.
 */
const VERSION = 1;
/** Magic 3, version 1, CRC-32 little-endian 4. */
const HEADER = 8;

/** CRC-32 over name, magic, version and payload: bytes under another name, or with one bit flipped, do not fit. */
function checksum(name: string, bytes: Uint8Array): number {
  return crc32(bytes.subarray(HEADER), crc32(bytes.subarray(0, 4), crc32(name)));
}

/**
 * Payload with magic, format version and checksum in front (8 bytes). `name` is not written, but must be known to open
 * the seal.
 */
export function seal(name: string, payload: Uint8Array, version = VERSION): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  bytes[3] = version;
  bytes.set(payload, HEADER);
  new DataView(bytes.buffer).setUint32(4, checksum(name, bytes), true);
  return bytes;
}

/** The checksum written in a seal: 32 bits that stand for name and content. */
export function fingerprint(sealed: Uint8Array): number {
  return new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength).getUint32(4, true);
}

/**
 * What was sealed under this name, in this format version or one before: a view, not a copy.
 * @throws Failure state/corrupt where anything differs, state/foreign where it is whole but of another format version
 */
export function unseal(name: string, sealed: Uint8Array, version = VERSION): Uint8Array {
  if (sealed.length < HEADER)
    throw new Failure('state/corrupt', `the entry is cut off at ${sealed.length} bytes`, { where: name });
  if (!isOurs(sealed)) {
    throw new Failure('state/corrupt', 'the entry is damaged, or is no state of Surprisal', { where: name });
  }
  if (checksum(name, sealed) !== fingerprint(sealed)) {
    throw new Failure('state/corrupt', 'the entry does not fit its checksum', { where: name });
  }
  if (sealed[3] > version) {
    const message = `the entry has format version ${sealed[3]}; this program reads version ${version}`;
    throw new Failure('state/foreign', message, { where: name });
  }
  // Not `subarray`: of a Buffer that would be a Buffer.
  return new Uint8Array(sealed.buffer, sealed.byteOffset + HEADER, sealed.byteLength - HEADER);
}

function isOurs(sealed: Uint8Array): boolean {
  for (let i = 0; i < MAGIC.length; i++) if (sealed[i] !== MAGIC.charCodeAt(i)) return false;
  return true;
}
