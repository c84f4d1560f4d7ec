import { distance } from 'fastest-levenshtein';

/** `did you mean "x"?`, of at least one name. */
export function nearest(given: string, names: readonly string[]): string {
  const [best] = [...names].sort((a, b) => distance(a, given) - distance(b, given));
  return `did you mean ${JSON.stringify(best)}?`;
}
