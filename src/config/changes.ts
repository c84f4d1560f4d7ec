import type { Path } from './document.ts';

/** What may change during a run: it has no part in what is scored. A path names all below it. */
export const RELOADABLE: readonly Path[] = [['sinks'], ['log', 'level'], ['server', 'token']];

/**
 * The paths at which two checked configurations differ, such as `streams.room.alert.for`; each as short as it is exact.
 */
export function changesBetween(before: unknown, after: unknown): readonly Path[] {
  if (Object.is(before, after)) return [];
  if (!isRecord(before) || !isRecord(after) || Array.isArray(before) !== Array.isArray(after)) return [[]];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesBetween(before[key], after[key]).map((path) => [key, ...path]));
}

/**
 * Whether a run can take the change in, without losing state and without scoring anything otherwise than a restart
 * would.
 */
export function isReloadable(path: Path): boolean {
  return RELOADABLE.some((allowed) => allowed.every((step, index) => path[index] === step));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
