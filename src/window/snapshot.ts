import { z } from 'zod';
import { Failure } from '../errors/failure.ts';

/* What the parts of the windows' snapshot share. */

/** Numbers as bytes, in the machine's (little-endian) order; a copy. */
export function toBytes(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** The inverse of `toBytes`: bytes within a snapshot → a new Float64Array. */
export const plainValues = z.instanceof(Uint8Array).transform((bytes, context): Float64Array => {
  if (bytes.length % Float64Array.BYTES_PER_ELEMENT === 0) return new Float64Array(bytes.slice().buffer);
  context.addIssue('bytes of 64-bit floats');
  return z.NEVER;
});

/** What is thrown where a snapshot of the windows is not one of this configuration. `what` names the part. */
export function foreign(what: string, cause?: unknown): Failure {
  return new Failure('state/foreign', `the windows' snapshot of ${what} was made by another configuration`, { cause });
}
