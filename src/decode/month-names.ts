/** Words for the months, in small letters without marks above or below, in the languages of `monthNames`. */
const WORDS: readonly string[] = [
  'january jan januar janner janvier janv enero ene janeiro gennaio gen januari',
  'february feb februar feber fevrier fevr fev febrero fevereiro febbraio februari',
  'march mar marz maerz mrz mars marzo marco maart mrt marts',
  'april apr avril avr abril abr aprile',
  'may mai mayo maio maggio mag mei maj',
  'june jun juni juin junio junho giugno giu',
  'july jul juli juillet juil julio julho luglio lug',
  'august aug aout agosto ago augustus augusti',
  'september sep sept septembre septiembre setembro set settembre',
  'october oct oktober okt octobre octubre outubro out ottobre ott',
  'november nov novembre noviembre novembro',
  'december dec dezember dez decembre diciembre dic dezembro dicembre desember des',
];

/** A word and its month, 0 to 11. */
export interface MonthName {
  readonly word: string;
  readonly month: number;
}

/**
 * Names of months, long ones first: in English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish
 * and Norwegian, whole and as these languages shorten them. No word is of two months.
 */
export const monthNames: readonly MonthName[] = WORDS.flatMap((words, month) =>
  words.split(' ').map((word) => ({ word, month })),
).sort((a, b) => b.word.length - a.word.length);
