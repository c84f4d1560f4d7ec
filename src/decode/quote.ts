import { Ascii } from './ascii.ts';
import { Instant } from './instant.ts';

const LONGEST = 80;

/**
 * Text from a record as a message may have it: quoted, cut to 80 characters, controls and broken surrogates
 * escaped.
 */
export function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const safe = cut.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, escaped);
  return `"${safe}"`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Any value of a document, for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Ascii) return quote(value.toString());
  if (value instanceof Instant) return new Date(value.ms).toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
