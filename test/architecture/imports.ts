import { posix } from 'node:path';
import ts from 'typescript';
import type { Room } from './rooms.ts';
import { nodesOf, parse, placeOf, roomOf, type Tree } from './tree.ts';

/** Its compiler adds the ending itself. */
const ASSEMBLYSCRIPT = /\/assembly\//;

/** Rooms import what the table allows and nothing else, whether statically, dynamically or as a type. */
export function importFaults(rooms: readonly Room[], tree: Tree): readonly string[] {
  const byName = new Map(rooms.map((room) => [room.name, room]));
  const faults: string[] = [];
  for (const [path, text] of tree) {
    const room = byName.get(roomOf(path) ?? '');
    if (room === undefined) continue;
    for (const node of nodesOf(parse(path, text))) {
      const specifier = specifierOf(node);
      const refusal = specifier === undefined ? undefined : refuse(room, path, specifier);
      if (refusal !== undefined) faults.push(`${placeOf(node)} imports ${specifier}: ${refusal}`);
    }
  }
  return faults;
}

function refuse(room: Room, path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return refuseRelative(room, path, specifier);
  if (specifier.startsWith('node:')) return room.kind === 'pure' ? `${room.name} is pure` : undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return room.packages.includes(name) ? undefined : `the table gives ${room.name} no package ${name}`;
}

function refuseRelative(room: Room, path: string, specifier: string): string | undefined {
  if (!/\.(ts|json)$/.test(specifier) && !ASSEMBLYSCRIPT.test(path)) return 'a relative import ends in .ts';
  const target = roomOf(posix.join(posix.dirname(path), specifier));
  if (target === undefined) return 'it lies in no room';
  if (target === room.name || room.imports.includes(target)) return undefined;
  return `the table does not let ${room.name} import ${target}`;
}

/** All that a file imports. */
export function specifiersOf(file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)].flatMap((node) => specifierOf(node) ?? []);
}

/** What the node imports; `(computed)` where that is not written as a literal. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier && literal(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isImportTypeNode(node))
    return literal(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
  return ts.isCallExpression(node) && isImportCall(node.expression) ? literal(node.arguments[0]) : undefined;
}

function isImportCall(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

function literal(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : '(computed)';
}
