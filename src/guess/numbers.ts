import { isMissing, isNumber, STYLES, type Style } from './cells.ts';

/** How the numbers of a file are written, or why that is unknown. */
export type NumberGuess = Style | { readonly fault: string };

/**
 * The style in which most of these cells are numbers: the plain one where it reads as many as any other. Where `3,064`
 * alone is to be read, and it may be a fraction or a thousand, that is a fault. `values`: of the channels; `others`: of
 * other columns, which may show what the channels leave open.
 */
export function guessNumbers(values: readonly string[], others: readonly string[]): NumberGuess {
  const cells = values.filter((cell) => !isMissing(cell));
  const counts = STYLES.map((style) => cells.filter((cell) => isNumber(cell, style)).length);
  const most = Math.max(...counts);
  if (counts[0] === most) return STYLES[0];
  const best = STYLES.filter((_, at) => counts[at] === most);
  if (best.length === 1) return best[0];
  const read = best.map((style) => others.filter((cell) => !isMissing(cell) && isNumber(cell, style)).length);
  const top = Math.max(...read);
  const left = best.filter((_, at) => read[at] === top);
  const decimals = new Set(left.map(({ decimal }) => decimal));
  if (decimals.size === 1) return left[0];
  const shown = cells.find((cell) => !isNumber(cell, STYLES[0])) ?? '';
  return {
    fault: `the comma in ${JSON.stringify(shown)} may separate decimals or thousands; say --decimal , or --thousands ,`,
  };
}
