import type { Stretch } from '../../nab/labelled.ts';

/** Runs of labelled rows. */
export function stretches(labels: ArrayLike<number | boolean>): Stretch[] {
  const found: Stretch[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (!labels[i]) continue;
    const first = i;
    while (i + 1 < labels.length && labels[i + 1]) i++;
    found.push({ first, last: i });
  }
  return found;
}

/** 1 for each row inside a stretch, else 0; ends beyond the rows are cut. */
export function labelsOf(windows: readonly Stretch[], rows: number): Uint8Array {
  const labels = new Uint8Array(rows);
  for (const { first, last } of windows) labels.fill(1, Math.max(0, first), last + 1);
  return labels;
}
