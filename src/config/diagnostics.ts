import type { z } from 'zod';
import type { FailureCode } from '../errors/codes.ts';
import { type Path, pathText } from './document.ts';
import type { Outside } from './interpolate.ts';
import { custom, found, nearby, wanted } from './message.ts';
import { likelyName, suggestion } from './nearest.ts';
import { along, branches, chosen, keysOf, valueAt } from './schema-walk.ts';
import { HIDDEN, isSecretAt } from './secret.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong: where in the data, and in words. */
export interface Diagnostic {
  readonly code: FailureCode;
  readonly path: Path;
  /** Whether the key is wrong, or the value. */
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** What the messages need to know beside the issue. */
export interface Checked {
  readonly schema: z.ZodType;
  readonly data: unknown;
  /** The value at a path where it came from outside the file: it is never shown. */
  readonly outside: (path: Path) => Outside | undefined;
  /** All texts from outside, for the messages of other rooms. */
  readonly texts: readonly string[];
}

/**
 * The first issues as diagnostics, `most` of them; a key that lacks only because it is misspelt beside its place is
 * left out.
 */
export function diagnostics(issues: readonly Issue[], checked: Checked, most: number): readonly Diagnostic[] {
  const few = firstOf(issues, most);
  const meant = new Set(few.flatMap((issue) => misspelt(issue, checked)));
  return few
    .filter((issue) => !(isMissing(issue, checked) && meant.has(JSON.stringify(issue.path))))
    .flatMap((issue) => diagnosed(issue, checked));
}

/** One issue may name thousands of keys: each counts. */
function firstOf(issues: readonly Issue[], most: number): readonly Issue[] {
  const few: Issue[] = [];
  let left = most;
  for (const issue of issues) {
    if (left <= 0) break;
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, left) : undefined;
    few.push(keys === undefined ? issue : ({ ...issue, keys } as Issue));
    left -= keys?.length ?? 1;
  }
  return few;
}

function diagnosed(issue: Issue, checked: Checked): readonly Diagnostic[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, checked));
  if (isMissing(issue, checked)) return [missing(path, issue, checked)];
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).find((message) => message !== '') ?? 'not a name';
    const message = `name "${String(path.at(-1))}"${inside(path.slice(0, -1))}: ${why}`;
    return [{ code: 'config/invalid', path, part: 'key', message }];
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return [unknownKind(path, checked)];
  return [{ code: 'config/invalid', path, part: 'value', message: wrong(path, issue, checked) }];
}

function wrong(path: Path, issue: Issue, checked: Checked): string {
  const where = path.length === 0 ? 'the file' : pathText(path);
  const own = custom(issue);
  const seen = `; found ${show(path, checked)}${known(path, issue, checked)}`;
  const value = valueAt(checked.data, path);
  const isShown = issue.code !== 'custom' || (value !== undefined && typeof value !== 'object');
  if (own !== undefined) return `${where}: ${scrub(own, path, checked)}${isShown ? seen : ''}`;
  return `${where}: must be ${wanted(issue) ?? 'something else'}${seen}`;
}

/** The nearest of the words that were allowed, where a word was found. */
function known(path: Path, issue: Issue, checked: Checked): string {
  const value = valueAt(checked.data, path);
  return isHidden(path, checked) || typeof value !== 'string' ? '' : nearby(issue, value);
}

function unknownKey(path: Path, key: string, { schema, data }: Checked): Diagnostic {
  const known = knownKeys(path, schema, data);
  const message = `unknown key "${key}"${inside(path)}${suggestion(key, known)}`;
  return { code: 'config/unknown-key', path: [...path, key], part: 'key', message };
}

function unknownKind(path: Path, checked: Checked): Diagnostic {
  const value = valueAt(checked.data, path);
  const name = String(path.at(-1));
  const allowed = choices(path, checked);
  const isTold = typeof value === 'string' && !isHidden(path, checked);
  const near = isTold ? suggestion(value, allowed) : `; known: ${allowed.join(', ')}`;
  const message = `unknown ${name} ${show(path, checked)}${inside(path.slice(0, -1))}${near}`;
  return { code: 'config/invalid', path, part: 'value', message };
}

function missing(path: Path, issue: Issue, checked: Checked): Diagnostic {
  const allowed = issue.code === 'invalid_union' ? choices(path, checked) : [];
  const which = allowed.length > 0 ? `; one of: ${allowed.join(', ')}` : want(issue);
  const message = `missing key "${String(path.at(-1))}"${inside(path.slice(0, -1))}${which}`;
  return { code: 'config/invalid', path: path.slice(0, -1), part: 'key', message };
}

function want(issue: Issue): string {
  const text = wanted(issue);
  return text === undefined ? '' : `; it must be ${text}`;
}

/** Kinds a union knows, at the path of its discriminator. */
function choices(path: Path, { schema, data }: Checked): readonly string[] {
  const parent = along(schema, data, path.slice(0, -1)).at(-1);
  const name = String(path.at(-1));
  let union = parent && branches(parent);
  if (union && union.key !== name) union = innerUnion(union, data, path);
  return [...new Set(union?.options.flatMap((option) => [...(option._zod.propValues?.[name] ?? [])].map(String)))];
}

/** The union inside a branch that another key has chosen already: `world` inside `kind: simulate`. */
function innerUnion(outer: ReturnType<typeof branches>, data: unknown, path: Path): ReturnType<typeof branches> {
  if (outer === undefined || outer.key === path.at(-1)) return outer;
  const choice = valueAt(data, [...path.slice(0, -1), outer.key]);
  const option = outer.options.find((candidate) => candidate._zod.propValues?.[outer.key]?.has(choice as string));
  return innerUnion(option && branches(option), data, path);
}

function knownKeys(path: Path, schema: z.ZodType, data: unknown): readonly string[] {
  const at = along(schema, data, path)[path.length];
  return keysOf(at && chosen(at, valueAt(data, path)), valueAt(data, path));
}

function misspelt(issue: Issue, { schema, data }: Checked): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const path = pathOf(issue);
  const known = knownKeys(path, schema, data);
  return issue.keys.map((key) => JSON.stringify([...path, likelyName(key, known) ?? key]));
}

function isMissing(issue: Issue, { data }: Checked): boolean {
  return issue.path.length > 0 && issue.code !== 'custom' && valueAt(data, pathOf(issue)) === undefined;
}

function isHidden(path: Path, { schema, data, outside }: Checked): boolean {
  return outside(path) !== undefined || isSecretAt(schema, data, path);
}

function show(path: Path, checked: Checked): string {
  const name = checked.outside(path)?.name;
  if (name !== undefined) return name;
  return isHidden(path, checked) ? 'a secret' : found(valueAt(checked.data, path));
}

/** Messages of other rooms may quote what they found. */
function scrub(message: string, path: Path, checked: Checked): string {
  const value = valueAt(checked.data, path);
  const own = isHidden(path, checked) && value !== undefined ? [String(value)] : [];
  return [...own, ...checked.texts]
    .filter((text) => text.length > 2)
    .reduce((clean, text) => clean.replaceAll(text, HIDDEN), message);
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${pathText(path)}`;
}

function pathOf({ path }: Issue): Path {
  return path.filter((step) => typeof step !== 'symbol');
}
