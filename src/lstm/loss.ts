import { NU, studentTNats } from '../math/student-t.ts';

/** The least and the greatest ln σ a head may give. */
export const LOG_SCALE_FLOOR = Math.log(0.02);
export const LOG_SCALE_CEILING = 4;

/** |∂loss/∂location| goes no further, so that one spike under a narrow head cannot shake the network. */
const LOCATION_GRADIENT_LIMIT = 5;

/** ln σ of a head from what its affine form gives. */
export function clampLogScale(raw: number): number {
  return Math.min(Math.max(raw, LOG_SCALE_FLOOR), LOG_SCALE_CEILING);
}

/** Surprisal of a target under Student-t(ν = 4), in nats; residual r = target − μ. */
export function nats(residual: number, logScale: number): number {
  return studentTNats(residual / Math.exp(logScale), logScale);
}

/** ∂nats/∂μ = −5r/(4σ² + r²), clipped at ±5. */
export function locationGradient(residual: number, logScale: number): number {
  const gradient = (-(NU + 1) * residual) / (NU * Math.exp(2 * logScale) + residual * residual);
  return Math.min(Math.max(gradient, -LOCATION_GRADIENT_LIMIT), LOCATION_GRADIENT_LIMIT);
}

/** ∂nats/∂ln σ = 1 − 5r²/(4σ² + r²); 0 where σ sits on its floor and the descent would push it lower. */
export function logScaleGradient(residual: number, logScale: number): number {
  const square = residual * residual;
  const gradient = 1 - ((NU + 1) * square) / (NU * Math.exp(2 * logScale) + square);
  return gradient > 0 && logScale <= LOG_SCALE_FLOOR ? 0 : gradient;
}
