import { z } from 'zod';
import { fromBytes } from './bytes.ts';

/** Values within a snapshot: bytes → a new Float64Array. */
export const plainValues = z.instanceof(Uint8Array).transform((bytes, context): Float64Array => {
  const values = fromBytes(bytes);
  if (values !== undefined) return values;
  context.addIssue('bytes of 64-bit floats');
  return z.NEVER;
});
