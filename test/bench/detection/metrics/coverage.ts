/* Backtests of a band that a share p of the rows is to fall out of. With x exceptions in T rows, π = x/T, and n_ij rows of kind j behind one
 * of kind i (1 = exception), π_i = n_i1/(n_i0 + n_i1):
 *   Kupiec (1995), unconditional coverage:   LR_uc = −2·ln[(1−p)^(T−x)·p^x] + 2·ln[(1−π)^(T−x)·π^x]                        ~ χ²(1)
 *   Christoffersen (1998), independence:     LR_ind = −2·ln[(1−π)^(n00+n10)·π^(n01+n11)] + 2·ln[Π_i (1−π_i)^n_i0·π_i^n_i1]  ~ χ²(1)
 *   conditional coverage:                    LR_cc = LR_uc + LR_ind                                                          ~ χ²(2)  */

/** A likelihood ratio, and the chance of one as large where the band is right. */
export interface CoverageTest {
  readonly ratio: number;
  readonly pValue: number;
}

/** Whether as many rows fall out of the band as it says. */
export function kupiec(exceptions: number, rows: number, share: number): CoverageTest {
  const rate = exceptions / rows;
  const ratio = Math.max(
    0,
    2 * (logLikelihood(rows - exceptions, exceptions, rate) - logLikelihood(rows - exceptions, exceptions, share)),
  );
  return { ratio, pValue: chiSquareAbove(ratio, 1) };
}

/** Whether exceptions come independently of the row before. */
export function christoffersen(exceptions: readonly boolean[]): CoverageTest {
  const n = [0, 0, 0, 0];
  for (let t = 1; t < exceptions.length; t++) n[2 * Number(exceptions[t - 1]) + Number(exceptions[t])]++;
  const [n00, n01, n10, n11] = n;
  const rate = (n01 + n11) / (n00 + n01 + n10 + n11);
  const apart = logLikelihood(n00, n01, n01 / (n00 + n01)) + logLikelihood(n10, n11, n11 / (n10 + n11));
  const ratio = Math.max(0, 2 * (apart - logLikelihood(n00 + n10, n01 + n11, rate)));
  return { ratio, pValue: chiSquareAbove(ratio, 1) };
}

/** Both at once. */
export function conditionalCoverage(exceptions: readonly boolean[], share: number): CoverageTest {
  const count = exceptions.filter((exception) => exception).length;
  const ratio = kupiec(count, exceptions.length, share).ratio + christoffersen(exceptions).ratio;
  return { ratio, pValue: chiSquareAbove(ratio, 2) };
}

/** ln[(1 − p)^without·p^with], 0·ln 0 = 0. */
function logLikelihood(without: number, withIt: number, p: number): number {
  return (without === 0 ? 0 : without * Math.log1p(-p)) + (withIt === 0 ? 0 : withIt * Math.log(p));
}

/** Chance of more than x, x ≥ 0, for one or two degrees of freedom: erfc(√(x/2)), e^(−x/2). */
export function chiSquareAbove(x: number, degrees: 1 | 2): number {
  return degrees === 2 ? Math.exp(-x / 2) : complementaryError(Math.sqrt(x / 2));
}

/** erfc(x), x ≥ 0: its series below 2, its continued fraction (Lentz, from below) above; within 1e-12. */
function complementaryError(x: number): number {
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; n < 60; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}
