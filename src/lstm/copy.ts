import type { Real } from './engine.ts';

/** out[outAt + i] = a[aAt + i], i < n: for a few dozen numbers, where `set(subarray())` would spend its time on the views it makes. O(n). */
export function copy(out: Real, outAt: number, a: Real, aAt: number, n: number): void {
  for (let i = 0; i < n; i++) out[outAt + i] = a[aAt + i];
}
