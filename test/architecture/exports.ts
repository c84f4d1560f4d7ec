import ts from 'typescript';
import { parse, placeOf, type Tree } from './tree.ts';

/**
 * No default exports, no re-exports, and a doc comment on whatever is exported. One comment serves a block of exports up to the next
 * blank line; what zod infers is described field by field where it is inferred from.
 */
export function exportFaults(tree: Tree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    let documented = false;
    return parse(path, text).statements.flatMap((statement) => {
      const block = !/\n\s*\n/.test(statement.getFullText().slice(0, statement.getLeadingTriviaWidth()));
      documented = hasDoc(statement) || (documented && block);
      return faultsOf(statement, documented);
    });
  });
}

function faultsOf(statement: ts.Statement, documented: boolean): readonly string[] {
  if (ts.isExportAssignment(statement)) return [`${placeOf(statement)} exports a default`];
  if (ts.isExportDeclaration(statement))
    return [`${placeOf(statement)} exports again what is another's, or apart from it`];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))
    return [`${placeOf(statement)} exports a default`];
  const exported = modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return !exported || documented || isInferred(statement)
    ? []
    : [`${placeOf(statement)} is exported without a doc comment`];
}

function hasDoc(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).length > 0;
}

function isInferred(statement: ts.Statement): boolean {
  return ts.isTypeAliasDeclaration(statement) && /^z\.(infer|input|output)</.test(statement.type.getText());
}
