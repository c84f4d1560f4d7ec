/**
 * Average precision: Σ (recallₙ − recallₙ₋₁)·precisionₙ over the distinct scores, from the highest down; rows with one score enter
 * together. NaN where nothing is positive. O(rows·log rows).
 */
export function averagePrecisionOf(truth: ArrayLike<number | boolean>, scores: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: truth.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  let positives = 0;
  for (let i = 0; i < truth.length; i++) positives += Number(truth[i]);
  let [hits, area, before] = [0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    hits += Number(truth[order[i]]);
    if (i + 1 < order.length && scores[order[i + 1]] === scores[order[i]]) continue;
    area += (hits - before) * (hits / (i + 1));
    before = hits;
  }
  return positives === 0 ? Number.NaN : area / positives;
}
