/**
 * Writes to `out` [D] the share of each channel in a row's surprisal: max(0, bits_d − median of bits) over their sum
 * (docs/detection.md#several-channels). What all channels share is nobody's fault. One channel: 1. All alike: all 0.
 * `bits` [D] is read, NaN = missing = 0 and not counted; nor is a channel that is not `scored` [D]. O(D²), nothing
 * allocated.
 */
export function attribute(bits: Float64Array, scored: readonly boolean[], out: Float64Array): void {
  const middle = isAlone(scored) ? 0 : median(bits, scored);
  let sum = 0;
  for (let d = 0; d < bits.length; d++) {
    out[d] = scored[d] && bits[d] > middle ? bits[d] - middle : 0;
    sum += out[d];
  }
  if (sum > 0) for (let d = 0; d < bits.length; d++) out[d] /= sum;
}

/** The channel with most bits, of those that are `scored`; the first where all are alike. O(D) */
export function mostBits(bits: Float64Array, scored: readonly boolean[]): number {
  let most = Math.max(scored.indexOf(true), 0);
  for (let d = most + 1; d < bits.length; d++) if (scored[d] && bits[d] > bits[most]) most = d;
  return most;
}

/** Whether there is nobody else to blame. */
function isAlone(scored: readonly boolean[]): boolean {
  let count = 0;
  for (let d = 0; d < scored.length; d++) if (scored[d]) count++;
  return count === 1;
}

/** By counting, for the channels are few and their order is the caller's: the mean of the two middle ranks. */
function median(bits: Float64Array, scored: readonly boolean[]): number {
  let present = 0;
  for (let d = 0; d < bits.length; d++) if (scored[d] && !Number.isNaN(bits[d])) present++;
  return (ranked(bits, scored, (present - 1) >> 1) + ranked(bits, scored, present >> 1)) / 2;
}

/** The value that `rank` others precede. */
function ranked(bits: Float64Array, scored: readonly boolean[], rank: number): number {
  for (let d = 0; d < bits.length; d++) {
    if (!scored[d]) continue;
    let below = 0;
    let equal = 0;
    for (let other = 0; other < bits.length; other++) {
      if (!scored[other]) continue;
      if (bits[other] < bits[d]) below++;
      else if (bits[other] === bits[d]) equal++;
    }
    if (below <= rank && rank < below + equal) return bits[d];
  }
  return Number.NaN;
}
