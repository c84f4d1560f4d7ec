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

const parsed = new Map<string, ts.SourceFile>();

/** With parents, so that a checker can look upwards. Each file is parsed once for all checkers. */
export function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  parsed.set(path, file);
  return file;
}

/** `src/event/time.ts:7` */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

const nodes = new WeakMap<ts.Node, readonly ts.Node[]>();

/** Every node below this one, and itself, parents first. Walked once for all checkers. */
export function nodesOf(node: ts.Node): readonly ts.Node[] {
  const known = nodes.get(node);
  if (known !== undefined) return known;
  const found: ts.Node[] = [];
  const visit = (each: ts.Node): void => {
    found.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  nodes.set(node, found);
  return found;
}
