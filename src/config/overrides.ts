import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Path } from './document.ts';
import type { Fault } from './fault.ts';
import type { Outside } from './interpolate.ts';
import { suggestion } from './nearest.ts';
import { bare, below, child, chosen, keysOf } from './schema-walk.ts';

const PREFIX = 'SURPRISAL__';

/** The keys that the environment sets. */
export interface Overrides {
  /** The variable that set the value at a path, or something above it. */
  readonly at: (path: Path) => (Outside & { readonly variable: string }) | undefined;
  readonly texts: readonly string[];
  readonly faults: readonly Fault[];
}

/**
 * Sets in `data` every key that a variable `SURPRISAL__SECTION__KEY` names: `__` separates, letters of either case, `_`
 * stands for `-` too. Streams and sinks are those the file has. The values stay text; see `typed`.
 */
export function override(
  schema: z.ZodType,
  data: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Overrides {
  const set = new Map<string, Outside & { readonly variable: string }>();
  const faults: Fault[] = [];
  const texts: string[] = [];
  for (const variable of Object.keys(env).sort()) {
    const text = env[variable];
    if (text === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    texts.push(text);
    const found = resolve(schema, data, variable);
    if ('fault' in found) {
      faults.push(fault(variable, found.fault));
      continue;
    }
    put(data, found.path, text);
    set.set(JSON.stringify(found.path), { text, variable, name: `the value of ${variable}`, isSecret: false });
  }
  const at: Overrides['at'] = (path) => {
    for (let length = path.length; length > 0; length--) {
      const found = set.get(JSON.stringify(path.slice(0, length)));
      if (found) return found;
    }
    return undefined;
  };
  return { at, texts, faults };
}

/** No number and no list is that long. */
const LONGEST_TYPED = 65_536;

/**
 * What a text from outside says as YAML: a number, true, false, null, or a list in brackets; the text itself where it
 * is no YAML.
 */
export function typed(text: string): unknown {
  if (text.length > LONGEST_TYPED) return text;
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  // Anchors and aliases are for files: a text that has some is itself.
  return document.errors.length > 0 || /[&*]/.test(text) ? text : document.toJS({ maxAliasCount: 0 });
}

/** Sets the value at a path; mappings that lack on the way are made. */
export function put(data: unknown, path: Path, value: unknown): void {
  let here = data;
  path.forEach((step, index) => {
    if (typeof here !== 'object' || here === null) return;
    const holder = here as Record<string | number, unknown>;
    if (index === path.length - 1) holder[step] = value;
    else if (typeof child(here, step) !== 'object' || child(here, step) === null) holder[step] = {};
    here = child(here, step);
  });
}

type Resolved = { readonly path: Path } | { readonly fault: string };

function resolve(schema: z.ZodType, data: unknown, variable: string): Resolved {
  const path: string[] = [];
  let at: z.core.$ZodType = schema;
  for (const segment of variable.slice(PREFIX.length).split('__')) {
    const here: unknown = path.reduce<unknown>(child, data);
    const known: readonly string[] = keysOf(at, here);
    const key = known.find((name) => name.replaceAll('-', '_').toLowerCase() === segment.toLowerCase());
    const next: z.core.$ZodType | undefined = key === undefined ? undefined : below(at, here, key);
    if (key === undefined || next === undefined) {
      const parent = path.length === 0 ? '' : ` in ${path.join('.')}`;
      return { fault: `unknown key "${segment.toLowerCase()}"${parent}${suggestion(segment.toLowerCase(), known)}` };
    }
    at = next;
    path.push(key);
  }
  const { type } = bare(chosen(at, undefined) ?? at)._zod.def;
  if (type === 'object' || type === 'record') return { fault: `${path.join('.')} is a mapping; name one of its keys` };
  return { path };
}

function fault(variable: string, message: string): Fault {
  return { code: 'config/unknown-key', where: variable, line: 0, column: 0, message };
}
