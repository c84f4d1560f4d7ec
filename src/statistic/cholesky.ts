/**
 * Solves A x = b for a symmetric, positive definite A [n, n], row-major with stride n, of which the lower triangle is read: A = L Lᵀ, L y = b,
 * Lᵀ x = y. L takes the place of A, x that of b. A pivot below `least` is taken for it. O(n³/6).
 */
export function solve(a: Float64Array, b: Float64Array, n: number, least: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, least)) : sum / a[j * n + j];
    }
  }
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
