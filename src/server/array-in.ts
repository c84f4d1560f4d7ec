/** A wrapper has its records this deep at most. */
const DEEPEST = 3;

/**
 * JSON pointer to the first array of objects in a document that is looked for level by level; undefined where there is
 * none: a document around it is no record. O(members of three levels)
 */
export function arrayIn(document: unknown): string | undefined {
  let level: readonly (readonly [pointer: string, value: unknown])[] = [['', document]];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const found = level.find(([pointer, value]) => pointer !== '' && isArrayOfObjects(value));
    if (found !== undefined) return found[0];
    level = level.flatMap(([pointer, value]) =>
      membersOf(value).map(([name, each]) => [pointer + name, each] as const),
    );
  }
  return undefined;
}

function isArrayOfObjects(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && !Array.isArray(value[0]);
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([name, each]) => [`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, each]);
}
