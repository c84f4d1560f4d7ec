/** R_E is at least this share of the remembered errors' span: docs/detection.md#value-and-error-novelty. */
const LEAST_OF_SPAN = 0.05;

/** E's bound: where nothing was ever spread, distance has no unit, and ∞ would stay the maximum for ever. */
const MOST = 1e6;

/**
 * l = R·√(1 + (error/R)²), R = max(range, 0.05·span): constant among usual errors, proportional far out. 0 where all
 * was 0.
 */
export function localScale(error: number, range: number, span: number): number {
  const spread = Math.max(range, LEAST_OF_SPAN * span);
  const ratio = error / spread;
  return spread > 0 && Number.isFinite(ratio * ratio) ? spread * Math.sqrt(1 + ratio * ratio) : Math.abs(error);
}

/** E = distance / scale, at most 1e6. */
export function noveltyOf(distance: number, scale: number): number {
  return distance === 0 ? 0 : Math.min(MOST, distance / scale);
}
