import type { Scorer } from './baseline.ts';

/** Rows of the window: `OVER (ROWS BETWEEN 100 PRECEDING AND 1 PRECEDING)`. */
const WINDOW = 100;
const LEAST_ROWS = 10;
/** Makes a median absolute deviation the sd of a normal (Iglewicz and Hoaglin 1993). */
const MAD_TO_SD = 1.4826;

/** |x − mean|/sd over the last 100 rows, as `AVG` and `STDDEV` over a window give it in SQL. */
export const runningZ: Scorer = ([values]) => {
  let [n, mean, squares] = [0, 0, 0];
  return values.map((value, row) => {
    const sd = Math.sqrt(Math.max(0, squares) / Math.max(1, n));
    const score = n >= LEAST_ROWS ? distance(value - mean, sd) : 0;
    if (n === WINDOW) {
      const oldest = values[row - WINDOW];
      const without = mean - (oldest - mean) / (n - 1);
      squares -= (oldest - mean) * (oldest - without);
      mean = without;
      n--;
    }
    n++;
    const before = mean;
    mean += (value - mean) / n;
    squares += (value - before) * (value - mean);
    return score;
  });
};

/** |x − median|/(1.4826·MAD) over the last 100 rows: the modified z-score of Iglewicz and Hoaglin (1993). O(100) a row. */
export const rollingMad: Scorer = ([values]) => {
  const sorted: number[] = [];
  return values.map((value, row) => {
    const median = sorted.length === 0 ? value : sorted[sorted.length >> 1];
    const score =
      sorted.length >= LEAST_ROWS ? distance(value - median, MAD_TO_SD * medianDistance(sorted, median)) : 0;
    if (sorted.length === WINDOW) sorted.splice(placeOf(sorted, values[row - WINDOW]), 1);
    sorted.splice(placeOf(sorted, value), 0, value);
    return score;
  });
};

/** A window that does not move says nothing of how far is far. */
function distance(deviation: number, sd: number): number {
  return sd > 1e-9 * Math.abs(deviation) ? Math.abs(deviation) / sd : 0;
}

function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The median of |x − median|, by walking outwards from the median. */
function medianDistance(sorted: readonly number[], median: number): number {
  let above = placeOf(sorted, median);
  let below = above - 1;
  let nearest = 0;
  for (let taken = 0; taken <= sorted.length >> 1; taken++) {
    const down = below >= 0 ? median - sorted[below] : Number.POSITIVE_INFINITY;
    const up = above < sorted.length ? sorted[above] - median : Number.POSITIVE_INFINITY;
    nearest = Math.min(down, up);
    if (down < up) below--;
    else above++;
  }
  return nearest;
}
