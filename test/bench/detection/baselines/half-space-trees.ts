import { Random } from '../../../../src/math/random.ts';
import type { Scorer } from './baseline.ts';

/* Streaming half-space trees (Tan, Ting and Liu 2011), with the defaults of River: trees of random cuts through [0, 1]^D, into which
 * values are brought by their range so far. A window of rows fills the masses by which the next is scored:
 *   score = 1 − Σ_trees Σ_path mass(node)·2^depth / largest     down to a leaf, or to the first node with less than a tenth of the window */

const TREES = 10;
const HEIGHT = 8;
const WINDOW = 250;
const LEAST_MASS = 0.1 * WINDOW;
const PADDING = 0.15;
const NODES = 2 ** (HEIGHT + 1) - 1;

/** 0 in the first window; the higher, the emptier the place. O(trees·height) a row. */
export const halfSpaceTrees: Scorer = (channels, seed) => {
  const random = new Random(seed);
  const trees = Array.from({ length: TREES }, () => new Tree(channels.length, random));
  const range = channels.map(([first]) => ({ low: first, high: first }));
  const largest = TREES * WINDOW * (2 ** (HEIGHT + 1) - 1);
  const point = new Float64Array(channels.length);
  return Float64Array.from({ length: channels[0].length }, (_, row) => {
    channels.forEach((channel, c) => {
      const { low, high } = range[c];
      range[c] = { low: Math.min(low, channel[row]), high: Math.max(high, channel[row]) };
      point[c] = range[c].high > range[c].low ? (channel[row] - range[c].low) / (range[c].high - range[c].low) : 0;
    });
    const mass = trees.reduce((sum, tree) => sum + tree.score(point), 0);
    for (const tree of trees) tree.learn(point);
    if ((row + 1) % WINDOW === 0) for (const tree of trees) tree.turn();
    return row < WINDOW ? 0 : 1 - mass / largest;
  });
};

/** A complete binary tree in an array: the children of node i are 2i + 1 and 2i + 2. */
class Tree {
  readonly #feature = new Uint16Array(NODES);
  readonly #cut = new Float64Array(NODES);
  readonly #reference = new Uint32Array(NODES);
  readonly #latest = new Uint32Array(NODES);

  constructor(features: number, random: Random) {
    const box = Array.from({ length: features }, () => [0, 1] as const);
    this.#grow(0, 0, box, random);
  }

  score(point: Float64Array): number {
    let [node, score] = [0, 0];
    for (let depth = 0; ; depth++) {
      const mass = this.#reference[node];
      score += mass * 2 ** depth;
      if (depth === HEIGHT || mass < LEAST_MASS) return score;
      node = this.#child(node, point);
    }
  }

  learn(point: Float64Array): void {
    let node = 0;
    for (let depth = 0; depth <= HEIGHT; depth++) {
      this.#latest[node]++;
      if (depth < HEIGHT) node = this.#child(node, point);
    }
  }

  /** The window that has filled becomes the one that scores. */
  turn(): void {
    this.#reference.set(this.#latest);
    this.#latest.fill(0);
  }

  #child(node: number, point: Float64Array): number {
    return 2 * node + (point[this.#feature[node]] < this.#cut[node] ? 1 : 2);
  }

  #grow(node: number, depth: number, box: readonly (readonly [number, number])[], random: Random): void {
    if (depth === HEIGHT) return;
    const feature = random.int(box.length);
    const [low, high] = box[feature];
    const inset = PADDING * (high - low);
    const cut = low + inset + (high - low - 2 * inset) * random.next();
    this.#feature[node] = feature;
    this.#cut[node] = cut;
    this.#grow(2 * node + 1, depth + 1, box.with(feature, [low, cut]), random);
    this.#grow(2 * node + 2, depth + 1, box.with(feature, [cut, high]), random);
  }
}
