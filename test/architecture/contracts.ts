import ts from 'typescript';
import { nodesOf, parse, type Tree } from './tree.ts';

/** Where adapters of one sort are listed, and the suite that each of them must pass. */
export interface Registry {
  /** Its arrays hold the adapters, each as an identifier. */
  readonly file: string;
  /** The function that declares the suite's tests. */
  readonly contract: string;
}

/** Every adapter in the registry is handed to its contract suite by some test. */
export function contractFaults({ file, contract }: Registry, tree: Tree): readonly string[] {
  const adapters = adaptersIn(parse(file, tree.get(file) ?? ''));
  if (adapters.length === 0) return [`${file} lists no adapter`];
  const held = new Set<string>();
  for (const [path, text] of tree) {
    if (!path.startsWith('test/') || !path.endsWith('.test.ts') || !text.includes(contract)) continue;
    for (const name of argumentsTo(contract, parse(path, text))) held.add(name);
  }
  return adapters
    .filter((name) => !held.has(name))
    .map((name) => `${file} lists ${name}, and no test runs ${contract}(${name} …)`);
}

function adaptersIn(file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)]
    .filter(ts.isArrayLiteralExpression)
    .flatMap(({ elements }) => elements.filter(ts.isIdentifier).map(({ text }) => text));
}

function argumentsTo(contract: string, file: ts.SourceFile): readonly string[] {
  return [...nodesOf(file)]
    .filter(ts.isCallExpression)
    .filter(({ expression }) => ts.isIdentifier(expression) && expression.text === contract)
    .flatMap((call) => call.arguments.flatMap((argument) => [...nodesOf(argument)]))
    .filter(ts.isIdentifier)
    .map(({ text }) => text);
}
