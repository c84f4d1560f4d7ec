import { Random } from '../../../../src/math/random.ts';
import type { Scorer } from './baseline.ts';
import { type Kept, RandomCutTree } from './random-cut-tree.ts';

/* A random cut forest (Guha, Mishra, Roy and Schrijvers 2016) with the defaults of AWS' library: 50 trees of 256 points, recent ones more
 * likely, and a shingle of the last 8 rows as the point. A sample fades as a biased reservoir (Aggarwal 2006): once full, a new point enters
 * with chance 256/min(rows, 2 560) in the place of any other.                                                                              */

const TREES = 50;
const SAMPLE = 256;
const MEMORY = 10 * SAMPLE;
const SHINGLE = 8;

/** Mean score of the trees, about 1 for what is usual; 0 until a tenth of a sample is in. O(trees·depth·dimensions) a row. */
export const randomCutForest: Scorer = (channels, seed) => {
  const random = new Random(seed);
  const trees = Array.from({ length: TREES }, (_, t) => new Sample(random.fork(String(t))));
  return Float64Array.from({ length: channels[0].length }, (_, row) => {
    if (row + 1 < SHINGLE) return 0;
    const point = shingle(channels, row);
    const score = row < SAMPLE / 10 ? 0 : trees.reduce((sum, tree) => sum + tree.score(point), 0) / TREES;
    for (const tree of trees) tree.learn(point, row);
    return score;
  });
};

function shingle(channels: readonly Float64Array[], row: number): Float64Array {
  const point = new Float64Array(channels.length * SHINGLE);
  channels.forEach((channel, c) => {
    point.set(channel.subarray(row + 1 - SHINGLE, row + 1), c * SHINGLE);
  });
  return point;
}

class Sample {
  readonly #random: Random;
  readonly #tree: RandomCutTree;
  readonly #kept: Kept[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#tree = new RandomCutTree(random);
  }

  score(point: Float64Array): number {
    return this.#tree.score(point);
  }

  learn(point: Float64Array, row: number): void {
    if (this.#kept.length < SAMPLE) {
      this.#kept.push(this.#tree.insert(point));
      return;
    }
    if (this.#random.next() >= SAMPLE / Math.min(row, MEMORY)) return;
    const place = this.#random.int(SAMPLE);
    this.#tree.remove(this.#kept[place]);
    this.#kept[place] = this.#tree.insert(point);
  }
}
