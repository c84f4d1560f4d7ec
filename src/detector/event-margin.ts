/** How near to an alert an event is shown that is rare enough for one by one of the two measures only. */
const LEAST = 1e-3;

/**
 * What the score shows of an event, as `Found.scoreMargin`: its rarity by the tails (`Decision.rarity`). The level of
 * an alert (`margin`) moves with the incidents counted, so that events of two months could not be compared by it; it
 * decides on which side of 0.5 the score is.
 */
export function eventMargin(margin: number, rarity: number): number {
  if (margin >= 0) return rarity > 0 ? rarity + LEAST : LEAST * Math.exp(rarity);
  return rarity < 0 ? rarity - LEAST : -LEAST * Math.exp(-rarity);
}
