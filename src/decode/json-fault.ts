/** What may come next: a value; a value or `]`; a name; a name or `}`; `:`; `,` or a closing bracket. */
type Expected = 'value' | 'first' | 'name' | 'first-name' | 'colon' | 'more';

const BARE = /[^\s{}[\]:,"]/y;
const WORD = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const CUT_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?))?$/;
const LONGEST_WORD = 1_000;

/**
 * Where a text that is not JSON (RFC 8259) goes wrong: the character at which the first token begins that cannot be
 * there; the length of the text where it ends too early. The engine's own messages name a place only sometimes, and
 * differ by version. O(n), for the path of failure; no recursion and no long match, so any text will do.
 */
export function jsonFault(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = tokenEnd(text, at);
    if (end === undefined) return at;
    const after = step(text[at], expected, open);
    if (after === undefined) return at;
    expected = after;
    at = skipSpace(text, end);
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (' \t\n\r'.includes(text[at] ?? 'x')) at++;
  return at;
}

/** Past the token that begins here; beyond the text where it breaks off, undefined where it is none. */
function tokenEnd(text: string, at: number): number | undefined {
  if ('{}[]:,'.includes(text[at])) return at + 1;
  return text[at] === '"' ? stringEnd(text, at) : wordEnd(text, at);
}

function stringEnd(text: string, start: number): number | undefined {
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === '"') return at + 1;
    if (text.charCodeAt(at) < 32) return undefined;
    const length = text[at] === '\\' ? escapeLength(text, at) : 1;
    if (length === 0) return undefined;
    at += length;
  }
  return text.length + 1;
}

/** Length of the escape that begins here, 0 where it is none; one that breaks off is taken for whole. */
function escapeLength(text: string, at: number): number {
  if (at + 1 === text.length || '"\\/bfnrt'.includes(text[at + 1])) return 2;
  if (text[at + 1] !== 'u') return 0;
  const digits = text.slice(at + 2, at + 6);
  if (!/^[0-9a-fA-F]*$/.test(digits)) return 0;
  return 6;
}

function wordEnd(text: string, start: number): number | undefined {
  let end = start;
  for (BARE.lastIndex = start; end - start < LONGEST_WORD && BARE.test(text); ) end = BARE.lastIndex;
  const word = text.slice(start, end);
  if (WORD.test(word)) return end;
  const cut = CUT_NUMBER.test(word) || ['true', 'false', 'null'].some((whole) => whole.startsWith(word));
  return cut && word !== '' && end === text.length ? text.length + 1 : undefined;
}

/**
 * What is expected after a token that begins so; undefined where it cannot be there. `open`: the brackets not yet
 * closed.
 */
function step(token: string, expected: Expected, open: string[]): Expected | undefined {
  const value = expected === 'value' || expected === 'first';
  switch (token) {
    case '{':
    case '[':
      if (!value) return undefined;
      open.push(token);
      return token === '{' ? 'first-name' : 'first';
    case '}':
      return (expected === 'first-name' || expected === 'more') && open.pop() === '{' ? 'more' : undefined;
    case ']':
      return (expected === 'first' || expected === 'more') && open.pop() === '[' ? 'more' : undefined;
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    case ',':
      if (expected !== 'more' || open.length === 0) return undefined;
      return open.at(-1) === '{' ? 'name' : 'value';
    case '"':
      return expected === 'name' || expected === 'first-name' ? 'colon' : value ? 'more' : undefined;
    default:
      return value ? 'more' : undefined;
  }
}
