import { NU, QUANTILE_97_5, studentTNats, studentTQuantile, studentTRarity } from '../../math/student-t.ts';
import type { ChannelHead } from './head.ts';

/* A number: Student-t with ν = 4 (docs/detection.md#loss-and-surprisal). Forms: μ, and ln σ before it is clamped.
 *   nats = ln σ + 2.5·ln(1 + r²/(4σ²)) + ln(8/3)   r = target − μ                                       (1)
 *   ∂μ = −5r/(4σ² + r²), clipped at ±5    ∂ln σ = 1 − 5r²/(4σ² + r²), 0 at the floor where it points lower   (2)
 */

/** The least and the greatest ln σ a head may give. */
export const LOG_SCALE_FLOOR = Math.log(0.02);
export const LOG_SCALE_CEILING = 4;

/** |∂loss/∂location| goes no further, so that one spike under a narrow head cannot shake the network. */
const LOCATION_GRADIENT_LIMIT = 5;
/** Targets beyond this teach nothing more: the Student-t's gradient has long vanished. Keeps f32 finite. */
const TARGET_LIMIT = 1e6;

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

/** Numbers: location and scale, in innovation units. */
export const realHead: ChannelHead = {
  kind: 'real',
  skips: [1, 0.1],
  spread: [0.1, 0],

  distribution(numbers, at, y, yAt) {
    numbers[at] = y[yAt];
    numbers[at + 1] = Math.exp(clampLogScale(y[yAt + 1]));
  },

  loss(out, outAt, y, target, share) {
    const residual = target - y[0];
    const logScale = clampLogScale(y[1]);
    out[outAt] = share * locationGradient(residual, logScale);
    out[outAt + 1] = share * logScaleGradient(residual, logScale);
    return nats(residual, logScale);
  },

  bits(numbers, at, target, cell) {
    const scale = numbers[at + 1];
    const density = studentTNats((target - numbers[at]) / scale, Math.log(scale));
    return Math.max(0, (density - Math.log(cell)) / Math.LN2);
  },

  rarity: (numbers, at, target) => studentTRarity((target - numbers[at]) / numbers[at + 1]),
  expected: (numbers, at) => numbers[at],
  deviation: (numbers, at, p) => unitQuantile(p) * numbers[at + 1],
  quantile: (numbers, at, p) => numbers[at] + unitQuantile(p) * numbers[at + 1],
  sample: (numbers, at, random) => numbers[at] + numbers[at + 1] * random.studentT(NU),
  learnable: (target) => Math.min(Math.max(target, -TARGET_LIMIT), TARGET_LIMIT),
};

/** The ends of the 95 % band, which every score shows, to the last bit as they always were. */
function unitQuantile(p: number): number {
  if (p === 0.975) return QUANTILE_97_5;
  return p === 0.025 ? -QUANTILE_97_5 : studentTQuantile(p);
}
