import ts from 'typescript';
import { nodesOf, parse, placeOf, roomOf, type Tree } from './tree.ts';

/** A kernel's equations belong together, and its arguments are its arrays and places: no limit on the length or the arity of functions there. */
const KERNEL_ROOMS: readonly string[] = ['lstm', 'tensorflow', 'score'];

const MAX_LINES = { src: 300, test: 400 };
const MAX_FUNCTION_LINES = 40;
const MAX_PARAMETERS = 4;
const MAX_WIDTH = 120;
const COMMENT_LINE = /^\s*(?:\/\*|\*|\/\/)/;

/** One idea a file, and a size that a person reads at once. */
export function fileSizeFaults(tree: Tree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    const most = path.startsWith('src/') ? MAX_LINES.src : MAX_LINES.test;
    const lines = text.trimEnd().split('\n').length;
    return lines > most ? [`${path} has ${lines} lines; at most ${most}`] : [];
  });
}

/** Functions of at most 40 lines and 4 parameters, but for kernels. */
export function functionSizeFaults(tree: Tree): readonly string[] {
  return [...tree]
    .filter(([path]) => !KERNEL_ROOMS.includes(roomOf(path) ?? ''))
    .flatMap(([path, text]) => [...nodesOf(parse(path, text))])
    .filter((node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
    .flatMap((node) => {
      const lines = node.getText().split('\n').length;
      const parameters = 'parameters' in node && Array.isArray(node.parameters) ? node.parameters.length : 0;
      const long = lines > MAX_FUNCTION_LINES ? [`${placeOf(node)} is a function of ${lines} lines`] : [];
      return parameters > MAX_PARAMETERS ? [...long, `${placeOf(node)} takes ${parameters} parameters`] : long;
    });
}

/**
 * The formatter breaks code at 120 columns; a comment is broken by whoever writes it. `open`: rooms, or files, where that
 * is still to be done.
 */
export function widthFaults(tree: Tree, open: readonly string[]): readonly string[] {
  return [...tree]
    .filter(([path]) => !open.includes(path) && !open.includes(roomOf(path) ?? ''))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, n) => {
        const isWide = COMMENT_LINE.test(line) && [...line].length > MAX_WIDTH;
        return isWide ? [`${path}:${n + 1} is a comment of ${[...line].length} columns; at most ${MAX_WIDTH}`] : [];
      }),
    );
}
