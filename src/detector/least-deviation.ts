import type { Channel } from '../event/channel.ts';
import { stepNear } from '../feature/transform.ts';

/* Deviations that say nothing, as the network sees them: `expected` is the value expected of the channel, `previous`
 * the one before it. */

/** A deviation of one step of the sensor says nothing; half a step more, for rounding. */
const SILENT_STEPS = 1.5;
/** Below this share of what is expected, and below this, a deviation is rounding, whatever the series did before. */
const ROUNDING = 1e-9;
const LEAST_STEP = 1e-12;

/** Smallest deviation of a point that counts; `asked`: what the configuration asks for. */
export function leastDeviation(channel: Channel, asked: number, expected: number, previous: number): number {
  const { transform, resolution = 0 } = channel;
  const size = Math.max(SILENT_STEPS * resolution, ROUNDING * levelOf(expected), LEAST_STEP);
  return Math.max(stepNear(transform, size, expected, previous), asked);
}

/** What the configuration asks for at least; also of a mean, which has more digits than the sensor. */
export function askedDeviation(channel: Channel, expected: number, previous: number): number {
  const { absolute, relative } = channel.min_deviation;
  if (absolute === 0 && relative === 0) return 0;
  return stepNear(channel.transform, Math.max(absolute, relative * levelOf(expected)), expected, previous);
}

function levelOf(expected: number): number {
  return Number.isFinite(expected) ? Math.abs(expected) : 0;
}
