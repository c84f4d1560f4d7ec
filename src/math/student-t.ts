/**
 * Degrees of freedom of every `real` head (docs/detection.md#loss-and-surprisal). Its moments up to the third exist,
 * and its tails forgive a spike.
 */
export const NU = 4;

/** −ln of the density of the unit Student-t at 0, ν = 4: −ln Γ(2.5) + ln Γ(2) + ½·ln(4π) = ln(8/3), in nats. */
const NATS_AT_MODE = Math.log(8 / 3);

/**
 * −ln of the density of Student-t with ν = 4 and scale σ, in nats, at `ratio` = (x − location)/σ; negative where the
 * density exceeds 1: ln σ + 2.5·ln(1 + ratio²/4) + ln(8/3) (docs/detection.md#loss-and-surprisal).
 */
export function studentTNats(ratio: number, logScale: number): number {
  return logScale + ((NU + 1) / 2) * Math.log1p((ratio * ratio) / NU) + NATS_AT_MODE;
}

/** 97.5 % quantile of Student-t with ν = 4: location ± this · scale is the central 95 % band. */
export const QUANTILE_97_5 = 2.7764451051977987;

/**
 * The p-quantile of the unit Student-t with ν = 4, 0 < p < 1, exact but for rounding: with α = 4p(1 − p) and
 * q = cos(⅓·arccos √α)/√α it is ±2·√(q − 1) (Shaw 2006, eq. 38).
 */
export function studentTQuantile(p: number): number {
  const alpha = 4 * p * (1 - p);
  const q = Math.cos(Math.acos(Math.min(1, Math.sqrt(alpha))) / 3) / Math.sqrt(alpha);
  return Math.sign(p - 0.5) * 2 * Math.sqrt(Math.max(0, q - 1));
}

/**
 * P(|T| ≥ |ratio|) of the unit Student-t with ν = 4, exact far out too: with s = |t|/√(4 + t²) it is (1 − s)²(2 + s)/2.
 */
export function studentTRarity(ratio: number): number {
  const root = Math.hypot(2, ratio);
  const s = Math.abs(ratio) / root;
  const rest = (2 / root) ** 2 / (1 + s);
  return (rest * rest * (2 + s)) / 2;
}
