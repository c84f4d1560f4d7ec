import type { FailureCode } from '../errors/codes.ts';

/** Where a fault is in the text; line 0 where it came from the environment. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a configuration. */
export interface Fault extends Position {
  readonly code: FailureCode;
  /** `file:line:column`, or the environment variable. */
  readonly where: string;
  /** What is wrong, what was found, what is allowed; never a value that may be secret. */
  readonly message: string;
}

/** `file:line:column: what is wrong`: one line for people and editors. */
export function faultLine({ where, message }: Fault): string {
  return `${where}: ${message}`;
}

/** In the order of the text, the environment last, each line once. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  const place = ({ line }: Fault): number => (line === 0 ? Infinity : line);
  const lines = new Map(faults.map((fault) => [faultLine(fault), fault]));
  return [...lines.values()].sort(
    (a, b) => compare(place(a), place(b)) || a.column - b.column || compare(a.where, b.where),
  );
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
