import type { Engine, Real } from '../../src/lstm/engine.ts';
import { headsOf } from '../../src/lstm/heads/heads.ts';
import { Random } from '../../src/math/random.ts';

/** What a random learning batch may hold beside full series of weight 1. */
export interface BatchTraits {
  /** Share of targets that are missing. */
  readonly missing?: number;
  /** Lengths from K to T instead of T. */
  readonly unequal?: boolean;
  /** Weights from 0.1 to 1 instead of 1. */
  readonly weighted?: boolean;
}

/** Standard normal numbers times `scale`, everywhere. */
export function fillNormal(values: Real, random: Random, scale = 1): void {
  for (let i = 0; i < values.length; i++) values[i] = scale * random.normal();
}

/** Fills the engine's learning batch; equal seeds give equal batches. */
export function fillLearnBatch(engine: Engine, seed: number, traits: BatchTraits = {}): void {
  const { x, target, length, weight, h, c } = engine.learnBatch;
  const { steps, losses } = engine.shape;
  const random = new Random(seed);
  const { heads } = headsOf(engine.shape);
  fillNormal(x, random);
  fillNormal(target, random);
  fillNormal(h, random, 0.3);
  fillNormal(c, random, 0.5);
  for (let i = 0; i < target.length; i++) if (random.next() < (traits.missing ?? 0)) target[i] = Number.NaN;
  for (let i = 0; i < target.length; i++) {
    const head = heads[i % heads.length];
    // What is discrete gets small whole numbers; those that are no word of a vocabulary are missing.
    if (head.kind !== 'real') target[i] = head.learnable(Math.abs(Math.round(2 * target[i])));
  }
  for (let row = 0; row < engine.capacity; row++) {
    const unequal = losses + random.int(steps - losses + 1);
    const partial = 0.1 + 0.9 * random.next();
    length[row] = traits.unequal === true ? unequal : steps;
    weight[row] = traits.weighted === true ? partial : 1;
  }
}

/** Fills the engine's forward batch. */
export function fillForwardBatch(engine: Engine, seed: number): void {
  const { x, h, c } = engine.forwardBatch;
  const random = new Random(seed);
  fillNormal(x, random);
  fillNormal(h, random, 0.3);
  fillNormal(c, random, 0.5);
}
