/* Stirling's series after a shift to z ≥ 8, where its terms fall by 1/z² (Abramowitz and Stegun, 6.1.41 and 6.3.18). */

const SHIFT = 8;
const HALF_LN_2_PI = 0.9189385332046728;

/** ln Γ(x), x > 0, to 1e-12 relative to max(1, |ln Γ|). O(1) */
export function lnGamma(x: number): number {
  let z = x;
  let product = 1;
  while (z < SHIFT) product *= z++;
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188)))));
  return (z - 0.5) * Math.log(z) - z + HALF_LN_2_PI + series - Math.log(product);
}

/** Digamma, the derivative of `lnGamma`, x > 0, to 1e-11. O(1) */
export function digamma(x: number): number {
  let z = x;
  let sum = 0;
  while (z < SHIFT) sum -= 1 / z++;
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
  return sum + Math.log(z) - inverse / 2 - series;
}
