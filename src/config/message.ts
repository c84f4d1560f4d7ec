import type { z } from 'zod';
import { likelyName, suggestion } from './nearest.ts';
import { withoutLogin } from './secret.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a date and time such as 2026-01-05T05:00:00Z',
  url: 'a URL such as https://example.org/path',
};

/** More names than these are not listed. */
const FEW = 32;

const NOUNS = /^(an? .* such as|at most|at least|more than|less than)\b/;

/**
 * What the schema wants, as an object of "must be": `a whole number`, `at least 1`, `one of: a, b`. Undefined where it
 * says so itself.
 */
export function wanted(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      return size('at least', issue.origin, issue.minimum, issue.inclusive ?? true);
    case 'too_big':
      return size('at most', issue.origin, issue.maximum, issue.inclusive ?? true);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? `of the form ${issue.format}`;
    case 'invalid_union':
      return either(issue.errors);
    default:
      return undefined;
  }
}

/** What was found, in words; strings are cut, and logins in URLs hidden. */
export function found(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const shown = withoutLogin(value);
  return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 39)}…` : shown);
}

/**
 * `; did you mean "jsonl"?` where a word was found that is none of those allowed; a check names them as `params.known`.
 */
export function nearby(issue: Issue, value: string): string {
  if (issue.code === 'invalid_value') return likely(value, issue.values.map(String));
  const known: unknown = issue.code === 'custom' ? issue.params?.known : undefined;
  if (!Array.isArray(known)) return '';
  return known.length > FEW ? likely(value, known.map(String)) : suggestion(value, known.map(String));
}

/** The list of what is allowed is in the message already. */
function likely(value: string, allowed: readonly string[]): string {
  const near = likelyName(value, allowed);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `"${values[0]}"` : `one of: ${values.join(', ')}`;
}

function either(branches: readonly (readonly Issue[])[]): string {
  return branches.map(([issue]) => (issue && (issue.message || wanted(issue))) ?? 'something else').join(', or ');
}

/** The words a schema brings with it, where it does; what they leave unsaid is put before them. */
export function custom({ message }: Issue): string | undefined {
  if (message === '') return undefined;
  return NOUNS.test(message) ? `must be ${message}` : message;
}

function size(bound: 'at least' | 'at most', origin: string, limit: number | bigint, isInclusive: boolean): string {
  if (origin === 'string') return limit === 1 ? 'some text, not empty' : `${bound} ${limit} characters long`;
  if (origin === 'array' || origin === 'set') return `a list of ${bound} ${limit}`;
  if (isInclusive) return `${bound} ${limit}`;
  return bound === 'at least' ? `more than ${limit}` : `less than ${limit}`;
}
