import type { HeadSpec } from '../../../src/lstm/heads/spec.ts';
import type { Random } from '../../../src/math/random.ts';
import { ADDING_ERROR, addingEpisode } from './adding.ts';
import type { Episode } from './episode.ts';
import { isDecisive, REBER, reberEpisode } from './reber.ts';

/** A task of the literature, at the size that is tried here. */
export interface Task {
  readonly name: string;
  readonly source: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly rate: number;
  readonly head: HeadSpec;
  /** T: rows of a sequence, or of a piece of the stream. */
  readonly steps: number;
  /** K: the last rows that something is wanted of. */
  readonly losses: number;
  /** Learning steps, of 16 sequences each. */
  readonly updates: number;
  /** The state goes from one piece to the next: it is never reset. */
  readonly continual?: boolean;
  /** Rows of the sequences that are tested; T if absent. */
  readonly tested?: number;
  episode(random: Random, rows: number): Episode;
  /** Rows that are tested, where not all that want something are. */
  tests?(x: Float64Array, t: number, target: number): boolean;
  /** Whether a distribution, of which this is `expected`, answers what is wanted. */
  isRight(numbers: ArrayLike<number>, target: number, expected: number): boolean;
}

const near: Task['isRight'] = (_, target, expected) => Math.abs(expected - target) < ADDING_ERROR;
const best: Task['isRight'] = (_, target, expected) => expected === target;

/** T or P, whichever came first in the string, is what its last but one symbol must be. */
const sides: Task['isRight'] = (numbers, target) => numbers[target] > numbers[target === REBER.T ? REBER.P : REBER.T];

/** Four symbols that say nothing, X and Y twice among them: which two, in which order? */
function orderEpisode(random: Random, rows: number): Episode {
  const x = new Float64Array(rows * 6);
  const target = new Float64Array(rows).fill(Number.NaN);
  const first = 1 + Math.floor(random.next() * (rows / 6));
  const second = Math.floor(rows / 2 + random.next() * (rows / 6));
  let order = 0;
  for (let t = 0; t < rows; t++) {
    const marked = t === first || t === second;
    const symbol = marked ? 4 + Math.floor(2 * random.next()) : Math.floor(4 * random.next());
    if (marked) order = 2 * order + symbol - 4;
    x[t * 6 + symbol] = 1;
  }
  target[rows - 1] = order;
  return { x, target };
}

/** A spike each so many rows, after nothing but a first one. */
export const SPIKE_EACH = 10;

function spikeEpisode(random: Random, rows: number): Episode {
  const x = new Float64Array(rows);
  const start = Math.floor(random.next() * SPIKE_EACH);
  x[start] = 1;
  const spike = (t: number) => (t > start && (t - start) % SPIKE_EACH === 0 ? 1 : 0);
  return { x, target: Float64Array.from({ length: rows }, (_, t) => spike(t)) };
}

/** Every task; lags and budgets are smaller than the literature's, and stated in docs/lstm.md. */
export const tasks: readonly Task[] = [
  {
    ...{ name: 'adding', source: 'Hochreiter and Schmidhuber 1997, experiment 4', head: { kind: 'real' } },
    ...{ inputs: 2, hidden: 12, rate: 0.01, steps: 30, losses: 1, updates: 1500 },
    episode: addingEpisode,
    isRight: near,
  },
  {
    ...{ name: 'temporal order', source: 'the same, experiment 6a', head: { kind: 'category', size: 4 } },
    ...{ inputs: 6, hidden: 12, rate: 0.01, steps: 30, losses: 1, updates: 800 },
    episode: orderEpisode,
    isRight: best,
  },
  {
    ...{ name: 'embedded Reber grammar', source: 'the same, experiment 1', head: { kind: 'category', size: 7 } },
    ...{ inputs: 7, hidden: 12, rate: 0.01, steps: 20, losses: 20, updates: 600 },
    episode: (random, rows) => reberEpisode(random, rows),
    tests: isDecisive,
    isRight: sides,
  },
  {
    ...{ name: 'timed spikes', source: 'Gers, Schraudolph and Schmidhuber 2002, GTS' },
    ...{ head: { kind: 'category', size: 2 }, inputs: 1, hidden: 12, rate: 0.01, steps: 50, losses: 50 },
    ...{ updates: 4000, tested: 100 },
    episode: spikeEpisode,
    isRight: best,
  },
  {
    ...{ name: 'continual Reber grammar', source: 'Gers, Schmidhuber and Cummins 2000' },
    ...{ head: { kind: 'category', size: 7 }, inputs: 7, hidden: 12, rate: 0.01, steps: 32, losses: 16 },
    ...{ updates: 1500, continual: true, tested: 4000 },
    episode: (random, rows) => reberEpisode(random, rows, true),
    tests: isDecisive,
    isRight: sides,
  },
];
