import type { EpochMs } from '../event/time.ts';

/** When a channel first crosses a threshold. */
export interface Crossing {
  /** Which way: up where it is below the threshold now. */
  readonly direction: 'up' | 'down';
  /** Share of the paths that cross within the rows ahead. */
  readonly probability: number;
  /** Of those that cross: when a tenth, half and nine tenths of them have; absent where none does. */
  readonly early?: EpochMs | undefined;
  readonly median?: EpochMs | undefined;
  readonly late?: EpochMs | undefined;
}

/** Paths of one channel [rows, paths], and when the rows end. */
export interface CrossingPaths {
  readonly times: readonly EpochMs[];
  readonly paths: number;
  readonly values: Float64Array;
  /** The newest value seen. */
  readonly from: number;
}

/** First crossing of the threshold by each path, from the newest value on. O(rows · paths). */
export function crossing(threshold: number, { times, paths, values, from }: CrossingPaths): Crossing {
  const direction = from < threshold ? 'up' : 'down';
  const firsts: EpochMs[] = [];
  for (let path = 0; path < paths; path++) {
    const row = times.findIndex((_, n) => {
      const value = values[n * paths + path];
      return direction === 'up' ? value >= threshold : value <= threshold;
    });
    if (row >= 0) firsts.push(times[row]);
  }
  firsts.sort((a, b) => a - b);
  const by = (share: number) => firsts[Math.min(Math.floor(share * firsts.length), firsts.length - 1)];
  const probability = firsts.length / paths;
  return { direction, probability, early: by(0.1), median: by(0.5), late: by(0.9) };
}
