import { studentTNats } from '../math/student-t.ts';

/**
 * −log₂ of the probability that the head gives to the target's own interval, `cell` wide: max(resolution / sd, 0.02),
 * for a sensor says no more than its resolution, and 0.02 is the least σ a head may have. Never negative: a narrow head
 * in a wide cell is certain, 0 bits.
 */
export function surprisalBits(target: number, location: number, scale: number, cell: number): number {
  return Math.max(0, (studentTNats((target - location) / scale, Math.log(scale)) - Math.log(cell)) / Math.LN2);
}
