import type { Estimate } from '../part.ts';
import { bootstrapped } from './bootstrap.ts';

/** Rows that belong together, such as those of a customer or a file. */
export interface Cluster {
  readonly truth: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
}

/**
 * Average precision over the rows of all clusters, pooled, with a bootstrap over clusters. The rows are sorted once: a resample only
 * changes how often each cluster counts. O(rows·(log rows + resamples)).
 */
export function clusteredPrecision(clusters: readonly Cluster[]): Estimate {
  const rows = clusters.flatMap(({ truth, scores }, cluster) =>
    Array.from(scores, (score, i) => ({ score, cluster, truth: truth[i] })),
  );
  rows.sort((a, b) => b.score - a.score);
  const owner = Uint32Array.from(rows, ({ cluster }) => cluster);
  const truth = Uint8Array.from(rows, (row) => row.truth);
  const scores = Float64Array.from(rows, ({ score }) => score);
  return bootstrapped(Array.from(clusters.keys()), (sample) => {
    const weight = new Uint32Array(clusters.length);
    for (const cluster of sample) weight[cluster]++;
    return weightedPrecision({ owner, truth, scores }, weight);
  });
}

interface Sorted {
  readonly owner: Uint32Array;
  readonly truth: Uint8Array;
  readonly scores: Float64Array;
}

function weightedPrecision({ owner, truth, scores }: Sorted, weight: Uint32Array): number {
  let [hits, seen, area, before] = [0, 0, 0, 0];
  for (let i = 0; i < owner.length; i++) {
    seen += weight[owner[i]];
    hits += truth[i] * weight[owner[i]];
    if (i + 1 < owner.length && scores[i + 1] === scores[i]) continue;
    if (hits > before) area += (hits - before) * (hits / seen);
    before = hits;
  }
  return hits === 0 ? Number.NaN : area / hits;
}
