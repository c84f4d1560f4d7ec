import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Sources by their path from the repository's root, such as `src/event/time.ts`. The checkers see nothing else. */
export type Tree = ReadonlyMap<string, string>;

/** Every TypeScript file below the folder. */
export function readTree(root: string, folder: string): Tree {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
  return new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** `src/lstm/wasm/kernel.ts` → `lstm`; undefined for a file that lies in no room. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\/./.exec(path)?.[1];
}

/** With parents, so that a checker can look upwards. */
export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
}

/** `src/event/time.ts:7` */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Every node of the file, parents first. */
export function* nodesOf(node: ts.Node): Iterable<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}
