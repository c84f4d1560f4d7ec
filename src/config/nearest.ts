import { distance } from 'fastest-levenshtein';

/**
 * The name a person most likely meant: at most two letters off, or two fifths of a longer one; undefined where none is
 * near.
 */
export function likelyName(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, off: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.off - b.off);
  const [best] = ranked;
  return best !== undefined && best.off <= Math.max(2, Math.floor(name.length * 0.4)) && best.off < name.length
    ? best.candidate
    : undefined;
}

/** `; did you mean "hidden"?`, or all that is known where nothing is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = likelyName(name, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return known.length === 0 ? '' : `; known: ${known.join(', ')}`;
}
