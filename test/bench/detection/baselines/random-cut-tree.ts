import type { Random } from '../../../../src/math/random.ts';

interface Leaf {
  readonly point: Float64Array;
  /** How often the point is in the tree. */
  mass: number;
  parent: Branch | undefined;
}

interface Branch {
  readonly dimension: number;
  readonly cut: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  left: Node;
  right: Node;
  mass: number;
  parent: Branch | undefined;
}

type Node = Leaf | Branch;

/** A random cut tree over a sample of points (Guha, Mishra, Roy and Schrijvers 2016, sections 2 and 3). O(depth·dimensions) a call. */
export class RandomCutTree {
  readonly #random: Random;
  #root: Node | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * The score of AWS' library: at the leaf 1/(depth + 1), or less for a point that is there; going up, with the chance that a cut separates
   * the point from a node's box, 1/(depth + 1) of that node; times log₂(mass + 1).
   */
  score(point: Float64Array): number {
    if (this.#root === undefined) return 0;
    const { mass } = this.#root;
    let node = this.#root;
    let depth = 0;
    for (; !isLeaf(node); depth++) node = point[node.dimension] <= node.cut ? node.left : node.right;
    let score = leafScore(node, point, { depth, mass });
    for (let up = node.parent; up !== undefined; up = up.parent) {
      depth--;
      const apart = separation(up, point);
      // Boxes further up hold this one.
      if (apart === 0) break;
      score = apart / (depth + 1) + (1 - apart) * score;
    }
    return score * Math.log2(mass + 1);
  }

  /** Adds a point; returns what removes it again. */
  insert(point: Float64Array): Leaf {
    if (this.#root === undefined) {
      const leaf: Leaf = { point, mass: 1, parent: undefined };
      this.#root = leaf;
      return leaf;
    }
    let node = this.#root;
    for (;;) {
      if (isLeaf(node) && equal(node.point, point)) {
        node.mass++;
        widen(node.parent, point, 1);
        return node;
      }
      const cut = this.#cutOutside(node, point);
      if (cut !== undefined) return this.#split(node, cut, point);
      if (isLeaf(node)) throw new Error('two points that differ can always be cut');
      node = point[node.dimension] <= node.cut ? node.left : node.right;
    }
  }

  /** Takes a point out once. Boxes on the way up shrink to what is left. */
  remove(leaf: Leaf): void {
    const { parent } = leaf;
    if (leaf.mass > 1) {
      leaf.mass--;
      for (let up = parent; up !== undefined; up = up.parent) up.mass--;
      return;
    }
    if (parent === undefined) {
      this.#root = undefined;
      return;
    }
    const sibling = parent.left === leaf ? parent.right : parent.left;
    this.#replace(parent, sibling);
    for (let up = sibling.parent; up !== undefined; up = up.parent) {
      up.mass--;
      shrink(up);
    }
  }

  /** A random cut of the node's box and the point together; undefined where it does not separate the two. */
  #cutOutside(node: Node, point: Float64Array): { readonly dimension: number; readonly cut: number } | undefined {
    const [low, high] = isLeaf(node) ? [node.point, node.point] : [node.low, node.high];
    let total = 0;
    for (let d = 0; d < point.length; d++) total += Math.max(high[d], point[d]) - Math.min(low[d], point[d]);
    let left = this.#random.next() * total;
    for (let d = 0; d < point.length; d++) {
      const from = Math.min(low[d], point[d]);
      const width = Math.max(high[d], point[d]) - from;
      if (left >= width) {
        left -= width;
        continue;
      }
      const cut = from + left;
      if (point[d] <= cut && cut < low[d]) return { dimension: d, cut };
      if (high[d] <= cut && cut < point[d]) return { dimension: d, cut };
      return undefined;
    }
    return undefined;
  }

  #split(node: Node, { dimension, cut }: { dimension: number; cut: number }, point: Float64Array): Leaf {
    const leaf: Leaf = { point, mass: 1, parent: undefined };
    const [low, high] = isLeaf(node) ? [node.point, node.point] : [node.low, node.high];
    const isLeft = point[dimension] <= cut;
    const branch: Branch = {
      dimension,
      cut,
      low: low.map((edge, d) => Math.min(edge, point[d])),
      high: high.map((edge, d) => Math.max(edge, point[d])),
      left: isLeft ? leaf : node,
      right: isLeft ? node : leaf,
      mass: node.mass + 1,
      parent: undefined,
    };
    this.#replace(node, branch);
    node.parent = branch;
    leaf.parent = branch;
    widen(branch.parent, point, 1);
    return leaf;
  }

  #replace(node: Node, by: Node): void {
    const { parent } = node;
    by.parent = parent;
    if (parent === undefined) this.#root = by;
    else if (parent.left === node) parent.left = by;
    else parent.right = by;
  }
}

/** A point in a tree, as `insert` gives it and `remove` takes it. */
export type Kept = ReturnType<RandomCutTree['insert']>;

function isLeaf(node: Node): node is Leaf {
  return 'point' in node;
}

/** `mass`: of the whole tree. */
function leafScore(leaf: Leaf, point: Float64Array, { depth, mass }: { depth: number; mass: number }): number {
  if (!equal(leaf.point, point)) return 1 / (depth + 1);
  return (1 - leaf.mass / (2 * mass)) / (depth + Math.log2(leaf.mass + 1));
}

function equal(a: Float64Array, b: Float64Array): boolean {
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

function widen(from: Branch | undefined, point: Float64Array, mass: number): void {
  for (let branch = from; branch !== undefined; branch = branch.parent) {
    branch.mass += mass;
    for (let d = 0; d < point.length; d++) {
      branch.low[d] = Math.min(branch.low[d], point[d]);
      branch.high[d] = Math.max(branch.high[d], point[d]);
    }
  }
}

function shrink(branch: Branch): void {
  const { left, right } = branch;
  const [leftLow, leftHigh] = isLeaf(left) ? [left.point, left.point] : [left.low, left.high];
  const [rightLow, rightHigh] = isLeaf(right) ? [right.point, right.point] : [right.low, right.high];
  for (let d = 0; d < branch.low.length; d++) {
    branch.low[d] = Math.min(leftLow[d], rightLow[d]);
    branch.high[d] = Math.max(leftHigh[d], rightHigh[d]);
  }
}

/** Chance that a random cut of box and point together separates them. */
function separation({ low, high }: Branch, point: Float64Array): number {
  let [outside, total] = [0, 0];
  for (let d = 0; d < point.length; d++) {
    const under = low[d] - point[d];
    const over = point[d] - high[d];
    const beyond = Math.max(under, over, 0);
    outside += beyond;
    total += high[d] - low[d] + beyond;
  }
  return total === 0 ? 0 : outside / total;
}
