import { type Alias, type Document, isScalar, type Node, type Pair, visit, type YAMLError, type YAMLMap } from 'yaml';

/** Aliases in one file; whoever needs more writes a program that writes the file. */
const MOST_ALIASES = 500;

/** What the parser does not look for, and what each is called. */
export const OWN = {
  ALIAS_OF_ITSELF: 'this alias is within what it stands for',
  TOO_MANY_ALIASES: `the file has more than ${MOST_ALIASES} aliases`,
  NO_NAME: 'this is the name of something else in JavaScript, and cannot be a key; choose another',
} as const;

/** A code of the parser, or one of ours. */
export type IrregularCode = YAMLError['code'] | keyof typeof OWN;

/** A fault of the document, and the place in the text where it begins. */
export interface Irregular {
  readonly code: IrregularCode;
  readonly start: number;
}

/**
 * Aliases without an anchor before them, of themselves, and too many; keys that come twice; keys that no object can
 * have. One pass; the parser leaves the aliases to whoever follows them, for ever if need be.
 */
export function irregular(document: Document): readonly Irregular[] {
  const found: Irregular[] = [];
  const anchors = new Map<string, Node>();
  let aliases = 0;
  const note = (code: IrregularCode, node: Node) => found.push({ code, start: node.range?.[0] ?? 0 });
  const name = (node: Node & { anchor?: string }) => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  };
  visit(document, {
    Alias(_, alias: Alias, path) {
      if (++aliases > MOST_ALIASES) {
        note('TOO_MANY_ALIASES', alias);
        return visit.BREAK;
      }
      const target = anchors.get(alias.source);
      if (target === undefined) note('BAD_ALIAS', alias);
      else if (path.includes(target)) note('ALIAS_OF_ITSELF', alias);
      return undefined;
    },
    Scalar(_, scalar) {
      name(scalar);
    },
    Seq(_, sequence) {
      name(sequence);
    },
    Map(_, map) {
      name(map);
      for (const [code, key] of keyFaults(map)) note(code, key);
    },
  });
  return found;
}

function* keyFaults({ items }: YAMLMap): Generator<readonly [IrregularCode, Node]> {
  const seen = new Set<unknown>();
  for (const { key } of items as readonly Pair[]) {
    if (!isScalar(key)) continue;
    if (key.value === '__proto__') yield ['NO_NAME', key];
    else if (seen.has(key.value)) yield ['DUPLICATE_KEY', key];
    seen.add(key.value);
  }
}
