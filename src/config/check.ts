import { stringify } from 'yaml';
import type { z } from 'zod';
import { type Checked, type Diagnostic, diagnostics } from './diagnostics.ts';
import { type Path, YamlFile } from './document.ts';
import { effective } from './effective.ts';
import { type Fault, sortFaults } from './fault.ts';
import { interpolate, type Outside, type OutsideValues } from './interpolate.ts';
import { override, put, typed } from './overrides.ts';
import { valueAt } from './schema-walk.ts';

/** A configuration, or everything that is wrong with it. */
export type CheckedConfiguration<T> =
  | {
      readonly config: T;
      readonly faults: readonly [];
      /** The effective configuration as YAML, defaults filled in and secrets hidden: all of it that may be printed. */
      readonly print: () => string;
    }
  | { readonly config: undefined; readonly faults: readonly Fault[] };

/** A configuration's text, and the name under which its faults are reported. */
export interface Text {
  readonly name: string;
  readonly text: string;
}

/** Faults of one file as text; who has more to correct begins with these. */
const MOST_DIAGNOSTICS = 100;

/**
 * The file's text → what the schema makes of it: syntax, variables, overrides, then the schema. Reports every fault, in
 * the file's order.
 */
export function check<S extends z.ZodType>(
  schema: S,
  { name, text }: Text,
  values: OutsideValues,
): CheckedConfiguration<z.output<S>> {
  try {
    return checkedText(schema, { name, text }, values);
  } catch (error) {
    // The parser and the schema follow what is nested by recursion.
    if (!(error instanceof RangeError)) throw error;
    return refused([located(name, { code: 'config/syntax', line: 1, column: 1, message: 'it is nested too deep' })]);
  }
}

function checkedText<S extends z.ZodType>(
  schema: S,
  { name, text }: Text,
  values: OutsideValues,
): CheckedConfiguration<z.output<S>> {
  const file = new YamlFile(text);
  const faults: Fault[] = file.problems.map(({ position, message }) =>
    located(name, { code: 'config/syntax', message, ...position }),
  );
  if (file.isBroken) return refused(faults);
  const substituted = interpolate(file, values);
  faults.push(...substituted.faults.map((fault) => located(name, fault)));
  const read = dataOf(file);
  if ('fault' in read) {
    faults.push(located(name, { code: 'config/syntax', line: 1, column: 1, message: read.fault }));
    return refused(faults);
  }
  const { data } = read;
  const overrides = override(schema, data, values.env);
  faults.push(...overrides.faults);
  const outside = (path: Path): Outside | undefined => overrides.at(path) ?? substituted.at(path);
  const { result, issues } = parse(schema, data, outside);
  const checked: Checked = { schema, data, outside, texts: [...overrides.texts, ...substituted.texts] };
  for (const diagnostic of diagnostics(issues, checked, MOST_DIAGNOSTICS)) {
    const variable = overrides.at(diagnostic.path)?.variable;
    if (variable === undefined && substituted.lacks(diagnostic.path)) continue;
    faults.push(variable === undefined ? inFile(name, file, diagnostic) : inEnvironment(variable, diagnostic));
  }
  return faults.length > 0 || !result
    ? refused(faults)
    : {
        config: result.value,
        faults: [],
        print: () => stringify(effective(result.value, checked), { lineWidth: 0, aliasDuplicateObjects: false }),
      };
}

/**
 * What comes from outside is text first; where the schema wants otherwise it is read as YAML: a number, true, false, a
 * list.
 */
function parse<S extends z.ZodType>(schema: S, data: unknown, outside: (path: Path) => Outside | undefined) {
  const tried = new Set<string>();
  for (;;) {
    const parsed = schema.safeParse(data, { error: () => '' });
    if (parsed.success) return { result: { value: parsed.data }, issues: [] };
    const { issues } = parsed.error;
    const texts = issues
      .map(({ path }) => path.filter((step) => typeof step !== 'symbol'))
      .filter((path) => outside(path) && typeof valueAt(data, path) === 'string' && !tried.has(JSON.stringify(path)));
    if (texts.length === 0) return { result: undefined, issues };
    for (const path of texts) {
      tried.add(JSON.stringify(path));
      put(data, path, typed(outside(path)?.text ?? ''));
    }
  }
}

/** The parser says some things only once the data is asked for, and without a place. */
function dataOf(file: YamlFile): { readonly data: unknown } | { readonly fault: string } {
  try {
    return { data: file.toData() };
  } catch (error) {
    if (error instanceof ReferenceError) return { fault: 'the aliases multiply too far' };
    if (error instanceof Error && /^merge /i.test(error.message)) return { fault: 'what `<<` merges must be a map' };
    throw error;
  }
}

function refused(faults: readonly Fault[]): CheckedConfiguration<never> {
  return { config: undefined, faults: sortFaults(faults) };
}

function located(name: string, fault: Omit<Fault, 'where'>): Fault {
  return { ...fault, where: `${name}:${fault.line}:${fault.column}` };
}

function inFile(name: string, file: YamlFile, { code, message, path, part }: Diagnostic): Fault {
  return located(name, { code, message, ...(part === 'key' ? file.keyAt(path) : file.valueAt(path)) });
}

function inEnvironment(where: string, { code, message }: Diagnostic): Fault {
  return { code, message, where, line: 0, column: 0 };
}
