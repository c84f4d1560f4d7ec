import type { Random } from '../../../src/math/random.ts';
import type { Episode } from './episode.ts';

/** Symbols of Reber's grammar. */
export const REBER = { B: 0, T: 1, P: 2, S: 3, X: 4, V: 5, E: 6 } as const;

const SYMBOLS = 7;
/** By node of the grammar: two symbols, and where each leads; −1 = the end. */
const EDGES = [
  [REBER.T, 1, REBER.P, 2],
  [REBER.S, 1, REBER.X, 3],
  [REBER.T, 2, REBER.V, 4],
  [REBER.X, 2, REBER.S, -1],
  [REBER.P, 3, REBER.V, -1],
] as const;

/** A string of the grammar within another: its first choice, T or P, comes again before its end. */
export function embeddedString(random: Random): number[] {
  const side = random.next() < 0.5 ? REBER.T : REBER.P;
  const inner: number[] = [];
  for (let node = 0; node >= 0; ) {
    const edge = EDGES[node];
    const at = random.next() < 0.5 ? 0 : 2;
    inner.push(edge[at]);
    node = edge[at + 1];
  }
  return [REBER.B, side, REBER.B, ...inner, REBER.E, side, REBER.E];
}

/**
 * Each row a symbol, the next one wanted; what is tested is the last but one of each string. A string that does not fit
 * is drawn anew; `continual`: string after string, the last one cut.
 */
export function reberEpisode(random: Random, rows: number, continual = false): Episode {
  const symbols: number[] = [];
  while (symbols.length <= rows) {
    const string = embeddedString(random);
    if (!continual && string.length > rows) continue;
    symbols.push(...string);
    if (!continual) break;
  }
  const x = new Float64Array(rows * SYMBOLS);
  const target = new Float64Array(rows).fill(Number.NaN);
  for (let t = 0; t < Math.min(rows, symbols.length - 1); t++) {
    x[t * SYMBOLS + symbols[t]] = 1;
    target[t] = symbols[t + 1];
  }
  return { x, target };
}

/** Whether the row's next symbol is the one that depends on the beginning of the string: after E, T or P. */
export function isDecisive(x: Float64Array, t: number, target: number): boolean {
  const isEnd = x[t * SYMBOLS + REBER.E] === 1;
  return isEnd && (target === REBER.T || target === REBER.P);
}
