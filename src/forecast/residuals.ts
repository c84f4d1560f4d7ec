/** Kept of one group of horizons: the oldest is replaced. */
const KEPT = 256;

/** The last standardised errors of forecasts so many rows ahead, and their quantiles. 2 KB. */
export class Residuals {
  readonly #kept = new Float64Array(KEPT);
  #count = 0;
  #sorted: Float64Array | undefined;

  get size(): number {
    return Math.min(this.#count, KEPT);
  }

  /** O(1). */
  push(residual: number): void {
    this.#kept[this.#count++ % KEPT] = residual;
    this.#sorted = undefined;
  }

  /**
   * The conformal quantile: of n errors the k-th smallest is exceeded by the next one with probability 1 − k/(n + 1)
   * (Vovk 2005), linear between. O(1), but for one sort after new errors.
   */
  quantile(p: number): number {
    this.#sorted ??= this.#kept.slice(0, this.size).sort();
    return quantileOf(this.#sorted, p * (this.size + 1) - 1);
  }
}

/** The element at a place of a sorted array, linear between places, the ends beyond them; NaN where it is empty. */
export function quantileOf(sorted: Float64Array, place: number): number {
  const within = Math.min(Math.max(place, 0), sorted.length - 1);
  const low = Math.floor(within);
  if (low === within) return sorted.length === 0 ? Number.NaN : sorted[low];
  return sorted[low] + (within - low) * (sorted[low + 1] - sorted[low]);
}
