import type { Scalar } from 'yaml';
import type { Path, YamlFile } from './document.ts';
import type { Fault } from './fault.ts';

/** Where values outside the file come from. */
export interface OutsideValues {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a secret's file, or what kept it from being read. */
  readonly readFile: (path: string) => { readonly text: string } | { readonly fault: string };
}

/** The values that a file takes from outside. */
export interface Substituted {
  /** The text put in at a path, and the expression it stands for; undefined where the file says it all itself. */
  readonly at: (path: Path) => Outside | undefined;
  /** Whether what should be at a path could not be found: that is a fault already, and its absence is none. */
  readonly lacks: (path: Path) => boolean;
  /** Every text that came from outside. */
  readonly texts: readonly string[];
  readonly faults: readonly Omit<Fault, 'where'>[];
}

/** A value from outside the file, and what to call it instead of showing it. */
export interface Outside {
  readonly text: string;
  readonly name: string;
  /** It came from a file, or from a variable whose name speaks of a secret: it is not printed either. */
  readonly isSecret: boolean;
}

const SECRETIVE = /file:|pass|secret|token|key|cred|auth/i;
const EXPRESSION = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const VARIABLE = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/** Replaces `${NAME}`, `${NAME:-default}` and `${file:/path}` in the file's values; `$${` stands for `${`. */
export function interpolate(file: YamlFile, sources: OutsideValues): Substituted {
  const outside = new Map<Scalar, Outside>();
  const faults: Omit<Fault, 'where'>[] = [];
  const lacking = new Set<Scalar>();
  const texts: string[] = [];
  file.scalars((scalar, position) => {
    if (typeof scalar.value !== 'string' || !scalar.value.includes('${')) return;
    const template: string = scalar.value;
    const put: string[] = [];
    const text = template.replaceAll(EXPRESSION, (all: string, inner: string | undefined) => {
      if (all === '$${') return '${';
      const looked = lookUp(inner, sources);
      if ('text' in looked) put.push(looked.text);
      else {
        faults.push({ ...position, ...looked });
        lacking.add(scalar);
      }
      return 'text' in looked ? looked.text : '';
    });
    scalar.value = text;
    if (put.length === 0) return;
    texts.push(...put, text);
    const expressions = named(template);
    outside.set(scalar, { text, name: `the value of ${expressions}`, isSecret: SECRETIVE.test(expressions) });
  });
  const at: Substituted['at'] = (path) => {
    const scalar = file.scalar(path);
    return scalar && outside.get(scalar);
  };
  const lacks: Substituted['lacks'] = (path) => {
    const scalar = file.scalar(path);
    return scalar !== undefined && lacking.has(scalar);
  };
  return { at, lacks, texts, faults };
}

type Looked = { readonly text: string } | Pick<Fault, 'code' | 'message'>;

function lookUp(inner: string | undefined, { env, readFile }: OutsideValues): Looked {
  if (inner === undefined)
    return { code: 'config/syntax', message: '"${" is not closed; write "$${" to mean it literally' };
  if (inner.startsWith('file:')) {
    const read = readFile(inner.slice('file:'.length));
    return 'text' in read ? read : { code: 'config/unreadable', message: `\${${inner}} cannot be read: ${read.fault}` };
  }
  const [, name, fallback] = VARIABLE.exec(inner) ?? [];
  if (name === undefined) {
    const forms = '${NAME}, ${NAME:-default} or ${file:/path}';
    return {
      code: 'config/syntax',
      message: `the text in "\${…}" is neither a variable nor a file; write ${forms}`,
    };
  }
  const text = env[name] || fallback;
  if (text !== undefined) return { text };
  const empty = env[name];
  return empty === undefined
    ? {
        code: 'config/missing-variable',
        message: `the variable ${name} is not set; set it, or write \${${name}:-default}`,
      }
    : { text: empty };
}

/** The expressions of a template without its defaults, which may be secret too. */
function named(template: string): string {
  const expressions = [...template.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, inner = '']) => inner.split(':-')[0]);
  return expressions.map((inner) => `\${${inner}}`).join(' and ');
}
