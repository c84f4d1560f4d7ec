import { posix } from 'node:path';
import { specifiersOf } from './imports.ts';
import { parse, type Tree } from './tree.ts';

/**
 * Files that import each other, directly or through others, types included: none can be read, or moved, without the
 * rest. Each circle is one fault.
 */
export function circleFaults(tree: Tree): readonly string[] {
  const imports = new Map([...tree].map(([path, text]) => [path, importedFiles(path, text, tree)]));
  return components(imports)
    .filter((files) => files.length > 1)
    .map((files) => `${[...files].sort().join(', ')} import each other`);
}

function importedFiles(path: string, text: string, tree: Tree): readonly string[] {
  const specifiers = specifiersOf(parse(path, text)).filter((specifier) => specifier.startsWith('.'));
  const files = specifiers.map((specifier) => posix.join(posix.dirname(path), specifier));
  return files.filter((file) => tree.has(file) && file !== path);
}

/** Strongly connected components (Tarjan 1972). O(files + imports). */
function components(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const [open, found]: [string[], string[][]] = [[], []];
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    open.push(file);
    let low = number;
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    if (low === number) found.push(open.splice(open.indexOf(file)));
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}
