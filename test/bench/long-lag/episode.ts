/** One sequence: numbers in, wanted numbers out; NaN = nothing is wanted. */
export interface Episode {
  /** [T, I] */
  readonly x: Float64Array;
  /** [T] */
  readonly target: Float64Array;
}
