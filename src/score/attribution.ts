/**
 * Writes to `out` [D] the share of each channel in a row's surprisal: max(0, bits_d − median of bits) over their sum (DETECTION, several
 * channels). What all channels share is nobody's fault. One channel: 1. All alike: all 0. `bits` [D] is read, NaN = missing = 0 and not
 * counted. O(D²), nothing allocated.
 */
export function attribute(bits: Float64Array, out: Float64Array): void {
  if (bits.length === 1) {
    out[0] = bits[0] > 0 ? 1 : 0;
    return;
  }
  const middle = median(bits);
  let sum = 0;
  for (let d = 0; d < bits.length; d++) {
    out[d] = bits[d] > middle ? bits[d] - middle : 0;
    sum += out[d];
  }
  if (sum > 0) for (let d = 0; d < bits.length; d++) out[d] /= sum;
}

/** By counting, for the channels are few and their order is the caller's: the mean of the two middle ranks. */
function median(bits: Float64Array): number {
  let present = 0;
  for (let d = 0; d < bits.length; d++) if (!Number.isNaN(bits[d])) present++;
  return (ranked(bits, (present - 1) >> 1) + ranked(bits, present >> 1)) / 2;
}

/** The value that `rank` others precede. */
function ranked(bits: Float64Array, rank: number): number {
  for (let d = 0; d < bits.length; d++) {
    let below = 0;
    let equal = 0;
    for (let other = 0; other < bits.length; other++) {
      if (bits[other] < bits[d]) below++;
      else if (bits[other] === bits[d]) equal++;
    }
    if (below <= rank && rank < below + equal) return bits[d];
  }
  return Number.NaN;
}
