import { Failure } from '../errors/failure.ts';
import { Ascii } from './ascii.ts';
import { KnownText } from './known-text.ts';
import { show } from './quote.ts';
import { decodeText } from './text.ts';

const LONGEST = 512;
const SPECIAL = /[|\\]/;
const FORBIDDEN = /[\p{Cc}\p{Cs}]/u;

/** Reads the name of the series. @throws Failure decode/missing-field, decode/bad-key */
export type KeyReader = (found: unknown) => string;

/**
 * Compiles the check of keys found at a place. Whole numbers are names too. Keys that come again are checked once:
 * O(length).
 */
export function keyReader(place: string): KeyReader {
  const name = place === 'record' ? 'key of the record' : `key ${place}`;
  const known = new KnownText();
  let last = '';
  return (found) => {
    if (found instanceof Ascii) return known.find(found) ?? known.keep(found, checked(found.toString(), name));
    if (found === undefined || found === null) throw new Failure('decode/missing-field', `${name}: there is none`);
    if (found === last && last !== '') return last;
    last = detached(checked(found, name));
    return last;
  };
}

/**
 * Compiles a key of several fields: their names joined by `|`, in which a `|` or `\` of a part has a `\` before it, so
 * that no two keys meet. O(length)
 */
export function jointKeyReader(places: readonly string[]): (found: readonly unknown[]) => string {
  const readers = places.map(keyReader);
  const name = `key ${places.join(' and ')}`;
  return (found) => {
    let key = '';
    for (let at = 0; at < readers.length; at++) {
      const part = readers[at](found[at]);
      key += (at === 0 ? '' : '|') + (SPECIAL.test(part) ? part.replace(/[|\\]/g, '\\$&') : part);
    }
    if (key.length <= LONGEST) return key;
    throw new Failure('decode/bad-key', `${name}: ${key.length} characters together, ${show(key)}`);
  };
}

function checked(found: unknown, name: string): string {
  const key = textIn(found);
  if (typeof key !== 'string')
    throw new Failure('decode/bad-key', `${name}: ${show(found)} is neither text nor a whole number`);
  if (key === '') throw new Failure('decode/bad-key', `${name}: it is empty`);
  if (key.length > LONGEST) throw new Failure('decode/bad-key', `${name}: ${key.length} characters, ${show(key)}`);
  if (FORBIDDEN.test(key)) throw new Failure('decode/bad-key', `${name}: ${show(key)} holds control characters`);
  return key;
}

/** Whole numbers are names, and bytes that are text. */
function textIn(found: unknown): unknown {
  if (Number.isSafeInteger(found) || typeof found === 'bigint') return String(found);
  return found instanceof Uint8Array ? decodeText(found) : found;
}

/**
 * A copy: V8 cuts long strings out by reference, and a series' name must not keep the first row of its series in
 * memory.
 */
export function detached(key: string): string {
  return ` ${key}`.slice(1);
}
