import { NATS_AT_MODE, NU } from '../math/student-t.ts';

/**
 * −ln density of a Student-t with ν = 4 at `deviation` from its location, in nats; negative where the density exceeds 1
 * (docs/detection.md#loss-and-surprisal):
 * ln σ + 2.5·ln(1 + r²/(4σ²)) − ln Γ(2.5) + ln Γ(2) + ½·ln(4π).
 */
export function studentTNats(deviation: number, scale: number): number {
  const ratio = deviation / scale;
  return Math.log(scale) + ((NU + 1) / 2) * Math.log1p((ratio * ratio) / NU) + NATS_AT_MODE;
}

/**
 * −log₂ of the probability that the head gives to the target's own interval, `cell` wide: max(resolution / sd, 0.02), for a sensor says no
 * more than its resolution, and 0.02 is the least σ a head may have. Never negative: a narrow head in a wide cell is certain, 0 bits.
 */
export function surprisalBits(target: number, location: number, scale: number, cell: number): number {
  return Math.max(0, (studentTNats(target - location, scale) - Math.log(cell)) / Math.LN2);
}
