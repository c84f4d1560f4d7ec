/**
 * When a cell was last visited, in 16 bits: 0 = never, else 1 + row mod PERIOD. Ages up to PERIOD − 1 rows are
 * distinguished, so whoever keeps stamps must turn old ones to 0 before they come round again.
 */
export const PERIOD = 65_535;

/** A row's stamp. */
export function stampOf(row: number): number {
  return 1 + (row % PERIOD);
}

/** Rows from `stamp` to the row whose stamp is `now`, in [0, PERIOD); never: Infinity. */
export function ageOf(stamp: number, now: number): number {
  if (stamp === 0) return Number.POSITIVE_INFINITY;
  return now >= stamp ? now - stamp : now - stamp + PERIOD;
}
