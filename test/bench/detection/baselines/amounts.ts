import type { Contestant } from '../contestant.ts';
import type { Recording, StreamCase, Watched } from '../recording.ts';

/** Payments of everybody that a new customer's first are worth. */
const PEERS = 3;
const LEAST_ROWS = 2;

/** What people who know payments try first: how far an amount lies above what is usual, upwards alone, on a log scale. No alarms. */
export const amountBaselines: readonly Contestant[] = [
  amountContestant('amount', (recordings) => recordings.map(({ values: [amount] }) => amount.slice())),
  amountContestant('own z of ln amount', (recordings) => recordings.map(({ values: [amount] }) => ownZ(amount))),
  amountContestant('ln amount over own mean', shrunk),
];

function amountContestant(
  name: string,
  score: (recordings: readonly Recording[]) => readonly Float64Array[],
): Contestant {
  return {
    name,
    kind: 'baseline',
    settings: {},
    change: (options) => options,
    watch: ({ recordings }: StreamCase): readonly Watched[] => {
      const scores = score(recordings);
      return recordings.map((recording, i) => ({ recording, scores: scores[i], incidents: [] }));
    },
  };
}

/** (ln x − mean)/sd over all of the customer's payments before. */
function ownZ(amounts: Float64Array): Float64Array {
  let [n, mean, squares] = [0, 0, 0];
  return amounts.map((amount) => {
    const x = Math.log1p(amount);
    const sd = Math.sqrt(squares / Math.max(1, n));
    const score = n >= LEAST_ROWS && sd > 0 ? (x - mean) / sd : 0;
    n++;
    const before = mean;
    mean += (x - mean) / n;
    squares += (x - before) * (x - mean);
    return score;
  });
}

/** ln x − (the customer's sum + 3 × the mean of everybody's)/(n + 3), both over the payments before. */
function shrunk(recordings: readonly Recording[]): readonly Float64Array[] {
  const scores = recordings.map(({ times }) => new Float64Array(times.length));
  const sums = new Float64Array(recordings.length);
  const places = recordings.flatMap(({ times }, r) => Array.from(times, (timeMs, row) => ({ timeMs, r, row })));
  let [n, mean] = [0, 0];
  for (const { r, row } of places.sort((a, b) => a.timeMs - b.timeMs)) {
    const x = Math.log1p(recordings[r].values[0][row]);
    scores[r][row] = x - (sums[r] + PEERS * mean) / (row + PEERS);
    sums[r] += x;
    mean += (x - mean) / ++n;
  }
  return scores;
}
