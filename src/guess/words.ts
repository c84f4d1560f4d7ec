import { isMissing, isNumber, STYLES } from './cells.ts';
import { cellsOf, type Table } from './table.ts';

/** Words for 1 and for 0, as switches, contacts and spreadsheets write them. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['on', 'off'],
  ['true', 'false'],
  ['yes', 'no'],
  ['open', 'closed'],
  ['open', 'close'],
  ['running', 'stopped'],
  ['active', 'inactive'],
  ['wahr', 'falsch'],
  ['ein', 'aus'],
  ['an', 'aus'],
  ['ja', 'nein'],
  ['offen', 'geschlossen'],
  ['vrai', 'faux'],
  ['oui', 'non'],
  ['verdadero', 'falso'],
];
/** A word that is this often among numbers is no slip. */
const REPEATED = 2;

/** What words among the values mean. */
export interface Words {
  /** Their numbers, in small letters. */
  readonly states: Readonly<Record<string, number>> | undefined;
  /** Those that say that there is no value, beside those that always do. */
  readonly missing: readonly string[];
}

/** Words of one pair are 1 and 0; words that repeat among numbers say that there is none. O(cells). */
export function guessWords(table: Table, columns: readonly string[]): Words {
  const states: Record<string, number> = {};
  const missing = new Set<string>();
  for (const column of columns) {
    const cells = cellsOf(table, column).filter((cell) => !isMissing(cell));
    const words = cells.filter((cell) => !STYLES.some((style) => isNumber(cell, style)));
    const counts = new Map<string, number>();
    for (const word of words) counts.set(key(word), (counts.get(key(word)) ?? 0) + 1);
    const pair = PAIRS.find((both) => counts.size > 0 && [...counts.keys()].every((word) => both.includes(word)));
    if (pair !== undefined) {
      for (const [at, word] of pair.entries()) states[word] = 1 - at;
    } else if (words.length < cells.length / 2) {
      for (const [word, count] of counts) if (count >= REPEATED) missing.add(word);
    }
  }
  return { states: Object.keys(states).length === 0 ? undefined : states, missing: [...missing] };
}

function key(word: string): string {
  return word.trim().toLowerCase();
}
