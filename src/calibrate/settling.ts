import { DAY_MS } from '../event/time.ts';

/* A fault that nobody mends for days is no fault but what is usual now: a season, a new tenant, another product. So an incident that has lasted
 * for long is learned, and eight times as fast as usual, where one that is young is learned a tenth as fast. */

/** An incident that has lasted so long, and so many blocks, settles. */
const SETTLED_MS = 4 * DAY_MS;
const SETTLED_BLOCKS = 16;
/** The weight of its rows: a deviation that remembers 8 000 rows comes after a level in 1 000. */
export const SETTLING_WEIGHT = 8;

/** Whether an incident of so many blocks of so long each settles. `most`: the number up to which blocks are counted. */
export function settles(blocks: number, blockMs: number, most: number): boolean {
  return blocks >= SETTLED_BLOCKS && (blocks * blockMs >= SETTLED_MS || blocks >= most);
}

/** Whether an incident that was unusual for so long has settled before it ended; a block has at least one row. */
export function hasSettled(lastedMs: number, intervalMs: number): boolean {
  return lastedMs >= Math.max(SETTLED_MS, SETTLED_BLOCKS * intervalMs);
}
