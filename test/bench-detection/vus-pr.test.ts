import { expect, test } from 'vitest';
import { vusPr } from '../bench/nab/precision.ts';
import { flaggedSeries } from '../nab-scorer/series.ts';

/* Paparrizos et al. (2022), section 3, by hand for one window of 2 rows out of 200, flagged exactly.
 * Buffer ℓ: soft labels of √(1 − d/ℓ) for d = 1 … ℓ/2 on both sides, positives P = (2 + Σ labels)/2; at the threshold 1 the hits are 2 of 2
 * flagged rows, recall = min(2/P, 1); the threshold 0 flags all 200 rows, with hits Σ labels and recall min(Σ labels/P, 1) = 1.           */
test('VUS-PR is the mean over the buffers of the area that a hand computes', () => {
  const areas = [0, 25, 50, 75, 100].map((buffer) => {
    const half = Math.floor(buffer / 2);
    let labels = 2;
    for (let d = 1; d <= half; d++) labels += 2 * Math.sqrt(1 - d / buffer);
    const positives = (2 + labels) / 2;
    const recall = Math.min(2 / positives, 1);
    return recall * 1 + (1 - recall) * (labels / 200);
  });
  const expected = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  expect(vusPr([flaggedSeries(200, [{ first: 100, last: 101 }], [100, 101])])).toBeCloseTo(expected, 9);
});
