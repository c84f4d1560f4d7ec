/**
 * p₀(u) = min(0.94, 0.145·u^−0.72, 0.078/u, 0.31/u²): how often the worst S of 100 rows reaches u > 0 in normal data, measured over many
 * series (DETECTION G). A series starts with it, and forty blocks of its own weigh as much.
 */
export function blockPrior(u: number): number {
  return Math.min(0.94, 0.145 * u ** -0.72, 0.078 / u, 0.31 / (u * u));
}
