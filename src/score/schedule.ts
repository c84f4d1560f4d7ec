/* When a novelty memory acts, in rows that had a value: docs/detection.md#value-and-error-novelty. */

/** First row that inserts: what came before was the network's first guesses. */
export const FIRST_INSERT = 50;

/** First row that scores: before it, 100 remembered rows are too few to call anything novel. */
export const FIRST_SCORE = 150;

/** D is the distance to all that was seen within this many memories: 40 000 rows where M = 4 000. */
export const LONG_MEMORIES = 10;
