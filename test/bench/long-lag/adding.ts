import type { Random } from '../../../src/math/random.ts';
import type { Episode } from './episode.ts';

/** An answer is right within so much: the literature's 0.04 of a target in [0, 1]. */
export const ADDING_ERROR = 0.04;

/**
 * Numbers in [−1, 1], two of them marked, one in the first third and one before the half; wanted at the end: 0.5 + their
 * sum / 4.
 */
export function addingEpisode(random: Random, rows: number): Episode {
  const x = new Float64Array(rows * 2);
  const target = new Float64Array(rows).fill(Number.NaN);
  const first = Math.floor(random.next() * (rows / 3));
  const second = first + 1 + Math.floor(random.next() * (rows / 2 - first - 1));
  let sum = 0;
  for (let t = 0; t < rows; t++) {
    x[2 * t] = 2 * random.next() - 1;
    if (t !== first && t !== second) continue;
    x[2 * t + 1] = 1;
    sum += x[2 * t];
  }
  target[rows - 1] = 0.5 + sum / 4;
  return { x, target };
}
