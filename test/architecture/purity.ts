import ts from 'typescript';
import type { Room } from './rooms.ts';
import { nodesOf, parse, placeOf, roomOf, type Tree } from './tree.ts';

const IMPURE = new Set(
  'performance process console crypto fetch globalThis global setTimeout setInterval setImmediate queueMicrotask'.split(
    ' ',
  ),
);
const IMPURE_MEMBERS: Readonly<Record<string, string>> = { Date: 'now', Math: 'random' };

/** A pure room reads no clock, rolls no dice, waits for nothing and prints nothing. */
export function purityFaults(rooms: readonly Room[], tree: Tree): readonly string[] {
  const pure = new Set(rooms.filter(({ kind }) => kind === 'pure').map(({ name }) => name));
  return [...tree]
    .filter(([path]) => pure.has(roomOf(path) ?? ''))
    .flatMap(([path, text]) => [...nodesOf(parse(path, text))])
    .filter(ts.isIdentifier)
    .filter((node) => !isName(node) && isImpure(node))
    .map((node) => `${placeOf(node)} is in a pure room and uses ${using(node).getText()}`);
}

function isImpure(node: ts.Identifier): boolean {
  if (IMPURE.has(node.text)) return true;
  const forbidden = IMPURE_MEMBERS[node.text];
  if (forbidden === undefined || ts.isTypeReferenceNode(node.parent)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === forbidden;
  if (ts.isNewExpression(parent)) return (parent.arguments?.length ?? 0) === 0;
  return true;
}

/** The name of a property or a member is not a use of the global of that name. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  const member = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isPropertyAssignment(parent);
  return member && parent.name === node;
}

function using(node: ts.Identifier): ts.Node {
  const { parent } = node;
  return ts.isPropertyAccessExpression(parent) || ts.isNewExpression(parent) ? parent : node;
}
