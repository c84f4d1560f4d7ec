/** Terms of a channel: z, its mean over 8 and over 72 rows, z², z of the row before, and z above 1 and above 4. */
const RICH = 7;
/** Terms of a pair of channels: their product, and its mean over 72 rows. */
const PAIR = 2;
/** Three harmonics of the day, days of rest, and days of rest times the first harmonic. */
const CALENDAR = 9;
/** More terms than this cost more memory than they are worth. */
const MOST = 96;

/** Where each term is in a row's regressors [m], and which of them a channel may be explained by. */
export interface Regressors {
  readonly channels: number;
  /** m. */
  readonly size: number;
  /** Terms of a channel: 7, 3 or 1; channel c has [c·terms, (c + 1)·terms). */
  readonly terms: number;
  /** Pairs a < b in order, from here on, two terms each; or none. */
  readonly firstPair: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly firstCalendar: number;
  readonly calendar: boolean;
  /** By channel: the terms in which it has no part. A lag of its own would explain its fault away. */
  readonly others: readonly Int32Array[];
}

/** The richest set that fits; undefined where none does, or where nothing would be left to explain a channel by. */
export function regressors(channels: number, calendar: boolean): Regressors | undefined {
  if (channels === 1 && !calendar) return undefined;
  const choices = [
    { terms: RICH, paired: true },
    { terms: RICH, paired: false },
    { terms: 3, paired: false },
    { terms: 1, paired: false },
  ];
  // A lone channel explains nobody: its own value is only what is to be explained.
  for (const { terms, paired } of channels === 1 ? choices.slice(-1) : choices) {
    const set = laidOut(channels, terms, paired, calendar);
    if (set.size <= MOST) return set;
  }
  return undefined;
}

function laidOut(channels: number, terms: number, paired: boolean, calendar: boolean): Regressors {
  const pairs: (readonly [number, number])[] = [];
  if (paired) for (let a = 0; a < channels; a++) for (let b = a + 1; b < channels; b++) pairs.push([a, b]);
  const firstPair = channels * terms;
  const firstCalendar = firstPair + PAIR * pairs.length;
  const size = firstCalendar + (calendar ? CALENDAR : 0) + 1;
  const others = Array.from({ length: channels }, (_, channel) => {
    const own = (term: number) => {
      if (term < firstPair) return Math.floor(term / terms) === channel;
      if (term < firstCalendar) return pairs[Math.floor((term - firstPair) / PAIR)].includes(channel);
      return false;
    };
    return Int32Array.from(Array.from({ length: size }, (_, term) => term).filter((term) => !own(term)));
  });
  return { channels, size, terms, firstPair, pairs, firstCalendar, calendar, others };
}

/** Writes the calendar's terms from `at` on. */
export function writeCalendar(out: Float64Array, at: number, day: number, weekend: number): void {
  const angle = 2 * Math.PI * day;
  for (let k = 0; k < 3; k++) {
    out[at + 2 * k] = Math.sin((k + 1) * angle);
    out[at + 2 * k + 1] = Math.cos((k + 1) * angle);
  }
  out[at + 6] = weekend;
  out[at + 7] = weekend * out[at + 1];
  out[at + 8] = weekend * out[at];
}
