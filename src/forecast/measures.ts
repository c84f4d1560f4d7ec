/** Levels of the quantiles by which forecasts are compared: 0.01 … 0.99. */
export const GRID: readonly number[] = Array.from({ length: 99 }, (_, n) => (n + 1) / 100);

/** Loss of the quantile q of level p where y came (Koenker and Bassett 1978). */
export function pinball(p: number, q: number, y: number): number {
  return y >= q ? p * (y - q) : (1 - p) * (q - y);
}

/** The continuous ranked probability score from the quantiles of the grid: twice their mean pinball loss. O(99). */
export function crps(grid: Float64Array, y: number): number {
  let sum = 0;
  for (let n = 0; n < grid.length; n++) sum += pinball(GRID[n], grid[n], y);
  return (2 * sum) / grid.length;
}
