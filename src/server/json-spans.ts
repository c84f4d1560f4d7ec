const SPACE = /[ \t\n\r]/;

/**
 * Where the array at the end of this way of names begins; undefined where there is none. Whatever `text` is, this ends:
 * O(text). @throws SyntaxError where a name on the way is no JSON
 */
export function arrayAt(text: string, tokens: readonly string[]): number | undefined {
  let at = skipSpace(text, 0);
  for (const token of tokens) {
    if (text[at] !== '{') return undefined;
    const found = memberAt(text, at, token);
    if (found === undefined) return undefined;
    at = found;
  }
  return text[at] === '[' ? at : undefined;
}

/** The names in a JSON pointer; text that does not begin with `/` is one name. */
export function tokensOf(pointer: string): readonly string[] {
  if (!pointer.startsWith('/')) return [pointer];
  const tokens = pointer.slice(1).split('/');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The texts of the elements of the array that begins at `open`, as they are written, so that a number too large for a
 * double, or with more digits than one, arrives as it was sent. They are JSON if each of them is. Returns where the
 * array ends. O(text).
 * @throws SyntaxError where something else than a comma is between them, or the array does not end
 */
export function* elements(text: string, open: number): Generator<string, number> {
  let at = skipSpace(text, open + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    const end = valueEnd(text, at);
    yield text.slice(at, end);
    at = skipSpace(text, end);
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw new SyntaxError(`neither a comma nor a bracket after it, at character ${at}`);
    at = skipSpace(text, at + 1);
  }
}

/** The texts of values that follow each other with nothing, or space, between them. O(text) */
export function* eachDocument(text: string): Generator<string> {
  for (let at = skipSpace(text, 0); at < text.length; ) {
    // What is no value has no end: then it is all the rest.
    const end = valueEnd(text, at);
    yield text.slice(at, end > at ? end : text.length);
    at = end > at ? skipSpace(text, end) : text.length;
  }
}

/** Where the value of a member begins; of one that comes twice, the last, as `JSON.parse` has it. */
function memberAt(text: string, open: number, name: string): number | undefined {
  let found: number | undefined;
  for (let at = skipSpace(text, open + 1); at < text.length && text[at] !== '}'; ) {
    const nameEnd = valueEnd(text, at);
    const value = skipSpace(text, skipSpace(text, nameEnd) + 1);
    if (JSON.parse(text.slice(at, nameEnd)) === name) found = value;
    at = skipSpace(text, valueEnd(text, value));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** Past the value that begins here. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (character === ',' || SPACE.test(character))) return at;
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"' || at >= text.length) return at + 1;
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && SPACE.test(text[at])) at++;
  return at;
}
