import { LIGHT, unlikelihood } from '../calibrate/tail-fit.ts';

/** What a state claims of its rarity beyond the blocks seen, so that the order stays. */
const BEYOND = 0.05;
/** A state that raises no alert is shown as this near to one at most. */
const LEAST = 1e-3;

/** How the rarity of a state is to be read. */
export interface StateTerms {
  /** Alerts that the budget allows in a block of rows. */
  readonly perBlock: number;
  /** Blocks of the series so far. */
  readonly blocks: number;
  /** Entries that share the budget. */
  readonly entries: number;
}

/**
 * What the score shows of a state that lasts, as `Found.margin`: its value (in deviations) by the tail that is supposed
 * before any data, no rarer than the blocks seen let it be known, and for an equal share of the budget. The fitted
 * tail, the shares and the level of an alert move with each fit, so the scores of two hours could not be compared by
 * them. Always below 0: only the budget decides on an alert.
 */
export function stateMargin(value: number, { perBlock, blocks, entries }: StateTerms): number {
  const nats = unlikelihood(LIGHT, value);
  const known = Math.log1p(blocks);
  const claimed = nats > known ? known + BEYOND * (nats - known) : nats;
  return -LEAST - Math.log1p(Math.exp(-claimed) * (entries / perBlock));
}
