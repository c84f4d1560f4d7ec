const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const BACKSLASH = 92;
const E = 101;

/** Instead of a place in the bytes: there is no such token. */
export const NONE = -1;

/** By byte: 1 for what stands for itself in a string, in ASCII. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 32 && code < 127 && code !== QUOTE && code !== BACKSLASH ? 1 : 0,
);

/** Past the white space from here on, if there is any. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return at;
}

/**
 * Past the string of plain ASCII that begins here; `NONE` where it holds escapes, other characters, or does not end.
 */
export function stringEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) return NONE;
  let at = start + 1;
  while (at < bytes.length && PLAIN[bytes[at]] === 1) at++;
  return at < bytes.length && bytes[at] === QUOTE ? at + 1 : NONE;
}

/** Past the number that begins here. */
export function numberEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = digitsEnd(bytes, first);
  if (bytes[first] === ZERO && at > first + 1) return NONE;
  if (at !== NONE && bytes[at] === POINT) at = digitsEnd(bytes, at + 1);
  if (at === NONE || (bytes[at] | 32) !== E) return at;
  const sign = bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? 1 : 0;
  return digitsEnd(bytes, at + 1 + sign);
}

/** Past this word, where it begins here. */
export function wordEnd(bytes: Uint8Array, start: number, word: Uint8Array): number {
  for (let at = 0; at < word.length; at++) if (word[at] !== bytes[start + at]) return NONE;
  return start + word.length;
}

const encoder = new TextEncoder();
const BARE_WORDS = ['infinity', 'inf', 'nan'].map((word) => encoder.encode(word));
/** What may come after a bare word: the end of the value. */
const AFTER = encoder.encode(', }]\n\r\t');

/**
 * Past a number that JSON cannot write, as printf and Python write it: `NaN`, `-nan`, `Infinity`, `-inf` … in any case.
 */
export function bareEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  for (const word of BARE_WORDS) {
    const end = first + word.length;
    if (word.every((letter, at) => (bytes[first + at] | 32) === letter) && AFTER.includes(bytes[end])) return end;
  }
  return NONE;
}

/** Past the digits that begin here, one or more. */
function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] >= ZERO && bytes[at] <= ZERO + 9) at++;
  return at === from ? NONE : at;
}

function isSpace(code: number): boolean {
  return code <= 32 && (code === 32 || code === 10 || code === 13 || code === 9);
}
