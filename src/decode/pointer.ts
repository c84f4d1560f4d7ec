const INDEX = /^(?:0|[1-9]\d*)$/;

/** Finds one place in a document; undefined where there is nothing. O(depth). */
export type Pointer = (document: unknown) => unknown;

/**
 * Compiles a JSON pointer (RFC 6901); text that does not begin with `/` is a name at the top level. Only own properties
 * are followed, so
 * `constructor` and `__proto__` find what the document says, or nothing.
 */
export function pointer(text: string): Pointer {
  const tokens = tokensOf(text);
  if (tokens.length === 1) return (document) => child(document, tokens[0]);
  return (document) => {
    let node = document;
    for (const token of tokens) node = child(node, token);
    return node;
  };
}

/** The name at the top level that a pointer means; undefined where it looks deeper. */
export function topLevelName(text: string): string | undefined {
  const tokens = tokensOf(text);
  return tokens.length === 1 ? tokens[0] : undefined;
}

function tokensOf(text: string): readonly string[] {
  if (!text.startsWith('/')) return [text];
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(node: unknown, token: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node)) return INDEX.test(token) ? node[Number(token)] : undefined;
  return Object.hasOwn(node, token) ? Reflect.get(node, token) : undefined;
}
