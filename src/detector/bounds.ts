import type { Channel } from '../event/channel.ts';

/**
 * [lowest, highest] that a channel's number of a row can be: its `valid`, as far as that holds for what the window
 * makes of it.
 */
export function boundsOf({ valid, aggregate }: Channel): readonly [lowest: number, highest: number] {
  const lowest = valid?.[0] ?? Number.NEGATIVE_INFINITY;
  const highest = valid?.[1] ?? Number.POSITIVE_INFINITY;
  switch (aggregate) {
    case 'count':
      return [0, Number.POSITIVE_INFINITY];
    case 'sum':
      // Of many values of one sign, and of none at all.
      return [lowest >= 0 ? 0 : Number.NEGATIVE_INFINITY, highest <= 0 ? 0 : Number.POSITIVE_INFINITY];
    default:
      return [lowest, highest];
  }
}

/** The nearest number within; NaN stays. */
export function clipped(value: number, [lowest, highest]: readonly [number, number]): number {
  return value < lowest ? lowest : value > highest ? highest : value;
}
