import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import type { Position } from './fault.ts';
import { type Irregular, type IrregularCode, irregular, OWN } from './irregular.ts';
import { SYNTAX } from './syntax.ts';

/** Keys and indices from the root. */
export type Path = readonly (string | number)[];

/** `streams.home.valid[0]`: a path as people write it. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

/** What is wrong at a place, before anybody knows the file's name. */
export interface Problem {
  readonly position: Position;
  readonly message: string;
}

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** Of a configuration file. */
export const MAX_CONFIG_BYTES = 1_048_576;
const MAX_ALIASES = 100;
/** Who has more to correct begins with these. */
const MOST_PROBLEMS = 100;
const START: Position = { line: 1, column: 1 };

/** A YAML 1.2 file (with `<<` merges), and where each of its nodes is. */
export class YamlFile {
  /** Problems of the syntax, in the order found. */
  readonly problems: readonly Problem[];
  /** The text cannot be read as data at all: its shape means nothing. */
  readonly isBroken: boolean;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    const isLarge = text.length > MAX_CONFIG_BYTES;
    this.#document = parseDocument(isLarge ? '' : text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      merge: true,
      version: '1.2',
      // Its own search is quadratic in the keys of a mapping.
      uniqueKeys: false,
    });
    const found: Irregular[] = [...this.#document.errors, ...this.#document.warnings].map(({ code, pos: [start] }) => {
      return { code, start };
    });
    if (!isLarge) found.push(...irregular(this.#document));
    this.isBroken = isLarge || found.some(({ code }) => code !== 'DUPLICATE_KEY');
    const size = { position: START, message: `the file is larger than ${MAX_CONFIG_BYTES} bytes` };
    const problems = found.map(({ code, start }) => ({
      position: this.#at(start),
      message: problemText(code, text, start),
    }));
    this.problems = isLarge ? [size] : firstOfLine(problems).slice(0, MOST_PROBLEMS);
  }

  /** Every scalar value, keys apart, once. */
  scalars(visitor: (scalar: Scalar, position: Position) => void): void {
    visit(this.#document, {
      Scalar: (key, scalar) => {
        if (key !== 'key') visitor(scalar, this.#at(scalar.range?.[0] ?? 0));
      },
    });
  }

  /** The file as data, aliases copied out. @throws ReferenceError where aliases multiply past every measure */
  toData(): unknown {
    return copy(this.#document.toJS({ maxAliasCount: MAX_ALIASES }));
  }

  /** The scalar at a path, aliases followed. */
  scalar(path: Path): Scalar | undefined {
    const { value } = this.#find(path);
    return isScalar(value) ? value : undefined;
  }

  /** Where the value at a path is; its key's place, or the nearest place above it, where there is none. */
  valueAt(path: Path): Position {
    const { value } = this.#find(path);
    return isScalar(value) && value.value !== null && value.range ? this.#at(value.range[0]) : this.keyAt(path);
  }

  /** Where the key at a path is, or the nearest key above it. */
  keyAt(path: Path): Position {
    for (let length = path.length; length > 0; length--) {
      const { key, value } = this.#find(path.slice(0, length));
      const range = (key ?? value)?.range;
      if (range) return this.#at(range[0]);
    }
    return START;
  }

  #find(path: Path): Found {
    let found: Found = { key: undefined, value: this.#document.contents ?? undefined };
    for (const step of path) {
      const next = this.#child(found.value, step);
      if (next === undefined) return { key: undefined, value: undefined };
      found = next;
    }
    return { key: found.key, value: this.#follow(found.value) };
  }

  #child(parent: Node | undefined, step: string | number): Found | undefined {
    const node = this.#follow(parent);
    if (isSeq<Node>(node)) return { key: undefined, value: node.items[Number(step)] };
    if (!isMap<Node, Node | null>(node)) return undefined;
    const own = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (own) return { key: own.key, value: own.value ?? undefined };
    const merged = this.#follow(node.items.find(({ key }) => isMerge(key))?.value ?? undefined);
    const sources = isSeq<Node>(merged) ? merged.items : [merged];
    return sources.map((source) => this.#child(source, step)).find((found) => found !== undefined);
  }

  #follow(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function isMerge(key: Node): boolean {
  return isScalar(key) && (key.value === '<<' || (typeof key.value === 'symbol' && key.value.description === '<<'));
}

function problemText(code: IrregularCode, text: string, start: number): string {
  if (code === 'DUPLICATE_KEY') return `${SYNTAX[code]}: "${/^[\w-]*/.exec(text.slice(start))?.[0]}"`;
  if (text.slice(start - 1, start + 1) === '${') return 'inside { } or [ ], put quotes around "${…}"';
  return code in OWN ? OWN[code as keyof typeof OWN] : SYNTAX[code as YAMLError['code']];
}

/** The first of each line: the others follow from it. */
function firstOfLine(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<number>();
  return problems.filter(({ position: { line } }) => !seen.has(line) && seen.add(line));
}

/** Two places that share an alias must not change together. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copy(child)]));
}
