/** Numbers as bytes, in the machine's (little-endian) order; a copy. */
export function toBytes(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** The inverse of `toBytes`; undefined where the length is no multiple of 8. A copy. */
export function fromBytes(bytes: Uint8Array): Float64Array | undefined {
  if (bytes.length % Float64Array.BYTES_PER_ELEMENT !== 0) return undefined;
  return new Float64Array(bytes.slice().buffer);
}
