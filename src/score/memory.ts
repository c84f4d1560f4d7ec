/** What a series' recent values were: one channel's V, docs/detection.md#value-and-error-novelty. */
export interface ValueMemory {
  /**
   * How far `value` is from any remembered one, as a share of their range (V); then or before, remembers. Finite values
   * only. 0 before row 150 of the channel, and where something within `minimum` is remembered.
   */
  observe(slot: number, channel: number, value: number, minimum: number): number;
}

/** What a series' recent smoothed errors were: one channel's E, docs/detection.md#value-and-error-novelty. */
export interface ErrorMemory {
  /**
   * How far `error`, smoothed and in the channel's unit, is from any remembered one, in their local scale (E); then
   * remembers it. Finite errors only. 0 before row 150 of the channel, and for errors smaller than `minimum`.
   */
  observe(slot: number, channel: number, error: number, minimum: number): number;
}
