/**
 * Solves A x = b for a symmetric, positive definite A [n, n], row-major with stride n, of which the lower triangle is
 * read: A = L Lᵀ, L y = b, Lᵀ x = y. L takes the place of A, x that of b. A pivot below `least` is taken for it.
 * O(n³/6).
 */
export function solve(a: Float64Array, b: Float64Array, n: number, least: number): void {
  for (let j = 0; j < n; j++) eliminate(a, n, j, least);
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= a[i * n + k] * b[k];
    b[i] = sum / a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i] * b[k];
    b[i] = sum / a[i * n + i];
  }
}

/** Column j of L. Two rows at a time, for then no sum waits for the other; the last row may be done twice. */
function eliminate(a: Float64Array, n: number, j: number, least: number): void {
  const pivotRow = j * n;
  let square = a[pivotRow + j];
  for (let k = 0; k < j; k++) square -= a[pivotRow + k] * a[pivotRow + k];
  const pivot = Math.sqrt(Math.max(square, least));
  a[pivotRow + j] = pivot;
  for (let i = j + 1; i < n; i += 2) {
    const one = i * n;
    const other = Math.min(i + 1, n - 1) * n;
    let sumOne = a[one + j];
    let sumOther = a[other + j];
    for (let k = 0; k < j; k++) {
      const factor = a[pivotRow + k];
      sumOne -= a[one + k] * factor;
      sumOther -= a[other + k] * factor;
    }
    a[one + j] = sumOne / pivot;
    a[other + j] = sumOther / pivot;
  }
}
