import ts from 'typescript';
import { parse, roomOf, type Tree } from './tree.ts';

/**
 * Names that two rooms export: one name has one meaning in the whole tree. `open`: names that are known to break the rule, with nobody to
 * mend them yet; one that breaks it no longer is a fault as well.
 */
export function nameFaults(tree: Tree, open: readonly string[] = []): readonly string[] {
  const shared = [...exportedNames(tree)].filter(([, places]) => new Set(places.map(roomOf)).size > 1);
  const known = new Set(open);
  const faults = shared
    .filter(([name]) => !known.has(name))
    .map(([name, places]) => `${name} is exported by ${places.join(', ')}: give each meaning a name of its own`);
  const mended = open.filter((name) => !shared.some(([other]) => other === name));
  return [...faults, ...mended.map((name) => `${name} has one meaning now: take it off the list`)];
}

/** Every exported name, with the files that export it. */
export function exportedNames(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [path, text] of tree) {
    for (const name of namesOf(parse(path, text))) found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}

function namesOf(file: ts.SourceFile): ReadonlySet<string> {
  const names = file.statements.flatMap((statement) => {
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
    }
    const named = statement as ts.Statement & { readonly name?: ts.Node };
    return named.name !== undefined && ts.isIdentifier(named.name) ? [named.name.text] : [];
  });
  return new Set(names);
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
