import type { Real } from '../lstm/engine.ts';

/** What the network said of a row before it came: the numbers of each channel's head, all of them from `at` on. */
export interface Prediction {
  readonly distribution: Real;
  readonly at: number;
}
