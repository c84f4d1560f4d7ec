import type { Real } from './engine.ts';

/** From here on the views that `set` needs cost less than the loop. */
const MANY = 96;

/**
 * out[outAt + i] = a[aAt + i], i < n, in two arrays that do not overlap. Short arrays: a loop unrolled by 8, since
 * `set(subarray())` spends its time on the views it makes; long ones: `set`. O(n).
 */
export function copy(out: Real, outAt: number, a: Real, aAt: number, n: number): void {
  if (n >= MANY) {
    out.set(a.subarray(aAt, aAt + n), outAt);
    return;
  }
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const to = outAt + i;
    const from = aAt + i;
    out[to] = a[from];
    out[to + 1] = a[from + 1];
    out[to + 2] = a[from + 2];
    out[to + 3] = a[from + 3];
    out[to + 4] = a[from + 4];
    out[to + 5] = a[from + 5];
    out[to + 6] = a[from + 6];
    out[to + 7] = a[from + 7];
  }
  for (; i < n; i++) out[outAt + i] = a[aAt + i];
}
