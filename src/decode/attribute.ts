import { Failure } from '../errors/failure.ts';
import { Ascii } from './ascii.ts';
import { detached } from './key.ts';
import { KnownText } from './known-text.ts';
import { show } from './quote.ts';
import { decodeText } from './text.ts';

const LONGEST = 512;

/** Reads what a record holds of one attribute; '' where it is missing. @throws Failure decode/wrong-type */
export type AttributeReader = (found: unknown) => string;

/**
 * Compiles an attribute. Text, numbers, booleans and bytes that are text are text; missing is: not there, null, no text
 * at all. O(length)
 */
export function attributeReader(name: string): AttributeReader {
  const known = new KnownText();
  return (found) => {
    if (found instanceof Ascii) return known.find(found) ?? known.keep(found, checked(found.toString(), name));
    return found === undefined || found === null || found === '' ? '' : detached(checked(textIn(found), name));
  };
}

function textIn(found: unknown): unknown {
  const isPlain = typeof found === 'number' || typeof found === 'boolean' || typeof found === 'bigint';
  if (isPlain) return String(found);
  return found instanceof Uint8Array ? decodeText(found) : found;
}

function checked(text: unknown, name: string): string {
  if (typeof text !== 'string') {
    throw new Failure('decode/wrong-type', `attribute ${name}: ${show(text)} is neither text nor a number`);
  }
  if (text.length <= LONGEST) return text;
  throw new Failure(
    'decode/wrong-type',
    `attribute ${name}: ${text.length} characters where ${LONGEST} are allowed, ${show(text)}`,
  );
}
