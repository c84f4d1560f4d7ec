import ts from 'typescript';
import { nodesOf, parse, roomOf, type Tree } from './tree.ts';

/** Where adapters of one sort are listed, and the suite that each of them must pass. */
export interface Registry {
  /** Its array holds the adapters of its room, each by its name. */
  readonly file: string;
  /** The function every adapter is defined with. */
  readonly define: string;
  /** The function that declares the suite's tests. */
  readonly contract: string;
}

/** Every adapter that the room defines is listed, and every adapter listed is handed to its contract suite by some test. */
export function contractFaults({ file, define, contract }: Registry, tree: Tree): readonly string[] {
  const room = roomOf(file);
  const inRoom = [...tree].filter(([path]) => roomOf(path) === room);
  const defined = inRoom.flatMap(([path, text]) => definedWith(define, parse(path, text)));
  const listed = listedIn(parse(file, tree.get(file) ?? ''));
  const held = new Set(
    [...tree]
      .filter(([path, text]) => path.startsWith('test/') && path.endsWith('.test.ts') && text.includes(contract))
      .flatMap(([path, text]) => argumentsTo(contract, parse(path, text))),
  );
  return [
    ...(listed.length === 0 ? [`${file} lists no adapter`] : []),
    ...defined.filter((name) => !listed.includes(name)).map((name) => `${file} does not list ${name}`),
    ...listed
      .filter((name) => !held.has(name))
      .map((name) => `${file} lists ${name}, and no test runs ${contract}(${name} …)`),
  ];
}

function definedWith(define: string, file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)]
    .filter(ts.isVariableDeclaration)
    .filter(({ initializer }) => initializer !== undefined && isCallOf(define, initializer))
    .map(({ name }) => name.getText());
}

function listedIn(file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)]
    .filter(ts.isArrayLiteralExpression)
    .flatMap(({ elements }) => elements.filter(ts.isIdentifier).map(({ text }) => text));
}

function argumentsTo(contract: string, file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)]
    .filter((node): node is ts.CallExpression => isCallOf(contract, node))
    .flatMap((call) => call.arguments.flatMap((argument) => [...nodesOf(argument)]))
    .filter(ts.isIdentifier)
    .map(({ text }) => text);
}

function isCallOf(name: string, node: ts.Node): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;
}
