/* The length of a cycle, from the autocorrelation ρ_k of some samples:
 *   r_k = Σ_t (x_t − x̄)(x_{t−k} − x̄)/(n − k)      ρ_k = r_k/r_0
 * It is the first peak after ρ has fallen below 0 that is nearly as high as the highest one, and ρ has to come back
 * once more at twice the lag. A random walk falls below 0 too, but it does not come back at an eighth of the samples.
 */

/** ρ at one cycle, and at two, at least. */
const ONE_CYCLE = 0.25;
const TWO_CYCLES = 0.12;
/** Two cycles are twice as long as one, give or take this part. */
const SLACK = 0.1;
/** A peak of this part of the highest is as good, and nearer: not two cycles for one. */
const NEARLY = 0.85;

/** Mean product of what lies `lag` apart, less the mean. O(samples). */
export function autocovariance(samples: Float32Array, mean: number, lag: number): number {
  let sum = 0;
  for (let t = lag; t < samples.length; t++) sum += (samples[t] - mean) * (samples[t - lag] - mean);
  return sum / (samples.length - lag);
}

/** Mean of all. */
export function meanOf(samples: Float32Array): number {
  let sum = 0;
  for (let t = 0; t < samples.length; t++) sum += samples[t];
  return sum / samples.length;
}

/**
 * Samples in a cycle, no fewer than `least`; 0 = they are not cyclic. `covariances[k]`: autocovariance at lag k.
 * O(samples · lags/5).
 */
export function cycleOf(samples: Float32Array, covariances: Float32Array, least: number): number {
  const variance = covariances[0];
  if (!(variance > 0)) return 0;
  const lag = firstPeak(covariances);
  if (lag < least || covariances[lag] < ONE_CYCLE * variance) return 0;
  const mean = meanOf(samples);
  const last = Math.ceil(2 * (1 + SLACK) * lag);
  for (let k = Math.floor(2 * (1 - SLACK) * lag); k <= last; k++) {
    if (autocovariance(samples, mean, k) >= TWO_CYCLES * variance) return lag;
  }
  return 0;
}

/** 0 = none. */
function firstPeak(covariances: Float32Array): number {
  let from = 1;
  while (from < covariances.length && covariances[from] > 0) from++;
  let highest = 0;
  for (let k = from; k < covariances.length; k++) if (covariances[k] > highest) highest = covariances[k];
  for (let k = from; k < covariances.length - 1; k++) {
    const isPeak = covariances[k] >= covariances[k - 1] && covariances[k] >= covariances[k + 1];
    if (isPeak && covariances[k] >= NEARLY * highest && highest > 0) return k;
  }
  return 0;
}
