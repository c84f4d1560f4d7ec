const INDEX = /^(?:0|[1-9]\d*)$/;

/** Finds one place in a document; undefined where there is nothing. O(depth). */
export type Pointer = (document: unknown) => unknown;

/**
 * Compiles a JSON pointer (RFC 6901); text that does not begin with `/` is a name at the top level. Only own properties are followed, so
 * `constructor` and `__proto__` find what the document says, or nothing.
 */
export function pointer(text: string): Pointer {
  if (!text.startsWith('/')) return (document) => child(document, text);
  const tokens = text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (tokens.length === 1) return (document) => child(document, tokens[0]);
  return (document) => {
    let node = document;
    for (const token of tokens) node = child(node, token);
    return node;
  };
}

function child(node: unknown, token: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node)) return INDEX.test(token) ? node[Number(token)] : undefined;
  return Object.hasOwn(node, token) ? Reflect.get(node, token) : undefined;
}
