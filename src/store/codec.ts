import { Decoder, Encoder } from '@msgpack/msgpack';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import { seal, unseal } from './seal.ts';

/**
 * Every number is written as float 64, because MessagePack's integers know no −0; keys are sorted, so equal data has
 * equal bytes.
 */
const encoder = new Encoder({ sortKeys: true, forceIntegerToFloat: true, ignoreUndefined: true });
const decoder = new Decoder();

/**
 * Data as sealed MessagePack (see `seal`). The same data gives the same bytes, whatever the order of its keys. Numbers
 * come back to the bit, −0, NaN and infinities too; strings must be well-formed Unicode; keys are field names, never
 * data (`__proto__` is refused).
 */
export function encode(name: string, data: Plain): Uint8Array {
  return seal(name, encoder.encodeSharedRef(data));
}

/**
 * The data `encode` was given under this name.
 * @throws Failure state/corrupt, state/foreign, both naming the entry
 */
export function decode(name: string, bytes: Uint8Array): Plain {
  const payload = unseal(name, bytes);
  try {
    // The checksum says that `encode` wrote these bytes, and it writes nothing but Plain.
    return decoder.decode(payload) as Plain;
  } catch (cause) {
    throw new Failure('state/corrupt', 'the entry is no MessagePack', { where: name, cause });
  }
}
