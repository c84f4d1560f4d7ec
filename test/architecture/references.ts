import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Tree } from './tree.ts';

/** Where text that cites something may be, and in what kind of file. */
const FOLDERS = ['src', 'test', 'docs', 'config', 'deploy'];
const TEXT = /\.(ts|md|ya?ml|json|mjs|py)$/;
const DOCUMENT = /\.md$/;

/** `docs/detection.md`, `docs/detection.md#scaling`. */
const CITED = /\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g;
/** A file of the repository in a comment or a document. */
const FILE = /(?<![\w./-])(?:src|test|deploy|config|fixtures)\/[\w./-]+\.(?:ts|mjs|py|yaml|yml|json|md)\b/g;
const LINK = /\]\(([^)\s]+)\)/g;
const DECISION = /\bdecisions? (\d{4})\b/g;
/** Documents of whoever made this, which nobody else has. */
const PRIVATE = /\b(?:DETECTION|DESIGN|EXACTLY_ONCE|CONVENTIONS)\b(?!\.md)|\bdecision \d+ of\b/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;
const FENCE = /^```[\s\S]*?^```/gm;
/** These make up faults on purpose. */
const MADE_UP = /^test\/architecture\//;

/** Every file that may cite another, by its path from the root. */
export function readTexts(root: string): Tree {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name)),
  );
  const top = readdirSync(root).filter((name) => DOCUMENT.test(name));
  const paths = [...below, ...top].filter((path) => TEXT.test(path) && !path.includes('node_modules')).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Every document, heading, decision and file that a comment or a document cites is there. `files`: of the repository. */
export function referenceFaults(texts: Tree, files: (path: string) => boolean): readonly string[] {
  const headings = new Map(
    [...texts].filter(([path]) => DOCUMENT.test(path)).map(([path, text]) => [path, anchors(text)]),
  );
  const isThere = (path: string, anchor?: string) =>
    files(path) && (anchor === undefined || (headings.get(path)?.has(anchor) ?? true));
  const decisions = new Set([...texts.keys()].flatMap((path) => /^docs\/decisions\/(\d{4})-/.exec(path)?.[1] ?? []));
  return [...texts].flatMap(([path, text]) => {
    if (MADE_UP.test(path)) return [];
    const said = prose(path, text);
    const faults = [
      ...found(text, CITED).filter((cited) => !isThere(...split(cited))),
      ...found(said, FILE).filter((cited) => !isThere(cited)),
      ...found(said, PRIVATE),
      ...[...said.matchAll(DECISION)].flatMap(([cited, number]) => (decisions.has(number) ? [] : [cited])),
      ...(DOCUMENT.test(path)
        ? links(path, text)
            .filter(([, to]) => !isThere(...split(to)))
            .map(([link]) => link)
        : []),
    ];
    return [...new Set(faults)].map((cited) => `${path} cites ${cited}, which is not in the repository`);
  });
}

/** Links within the repository: as written, and the path from the root. */
function links(path: string, text: string): readonly (readonly [link: string, to: string])[] {
  return [...text.matchAll(LINK)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => [link, link.startsWith('#') ? path + link : posix.join(posix.dirname(path), link)]);
}

function split(cited: string): [path: string, anchor?: string] {
  const [path, anchor] = cited.split('#');
  return anchor === undefined ? [path] : [path, anchor];
}

function found(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([cited]) => cited);
}

/** The comments of a program; all of any other file. */
function prose(path: string, text: string): string {
  return path.endsWith('.ts') ? found(text, COMMENT).join('\n') : text;
}

/** As GitHub makes them of headings. */
function anchors(text: string): ReadonlySet<string> {
  const made = new Set<string>();
  for (const [, heading] of text.replace(FENCE, '').matchAll(/^#+ +(.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let n = 1; made.has(anchor); n++) anchor = `${slug}-${n}`;
    made.add(anchor);
  }
  return made;
}
