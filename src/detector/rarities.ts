/** Half bits of −log₂ of a chance; a smaller one counts as the last. */
const BINS = 128;
const PER_BIT = 2;
/** Rows of memory, and rows that what the head says is worth. */
const MEMORY = 8_000;
const PRIOR_ROWS = 20;
const LEAST_CHANCE = 2 ** -(BINS / PER_BIT);
/**
 * S = (1280·p)^(−½): as `calibrate` supposes of the point before it has data, S reaches 1 once in 20 blocks of 64 rows,
 * and falls with S².
 */
const RARE_ROWS = 20 * 64;

/**
 * How often a channel's values were as improbable as this one, from what the head says and from what came: the share of
 * the rows of the stream so far with a chance as small, beside 20 rows that are just as the head says. A head that is
 * not sure of what always comes is corrected, and one that is too sure. 1 KB a channel for the stream.
 */
export class Rarities {
  /** [128]: rows by half bits; part of the task's snapshot. */
  readonly counts = new Float64Array(BINS);

  /** S of a value, of whose kind the head gives a chance p; then counts it. O(128) */
  surprise(p: number): number {
    const chance = Math.max(p, LEAST_CHANCE);
    const bin = Math.min(BINS - 1, Math.floor(-PER_BIT * Math.log2(chance)));
    let below = 0;
    for (let i = 0; i < bin; i++) below += this.counts[i];
    let rarer = 0;
    for (let i = bin; i < BINS; i++) rarer += this.counts[i];
    const rows = below + rarer;
    this.counts[bin]++;
    if (rows + 1 > MEMORY) for (let i = 0; i < BINS; i++) this.counts[i] *= 0.5;
    return (RARE_ROWS * ((rarer + PRIOR_ROWS * chance) / (rows + PRIOR_ROWS))) ** -0.5;
  }
}
