import { expect, test } from 'vitest';
import { healthySeries } from '../bench/detection/data/healthy.ts';
import { product } from '../bench/detection/product.ts';

/** Incidents of four series of a kind in two weeks, a row each five minutes, at the default budget. */
function incidents(kind: string): number {
  const recordings = healthySeries(kind, { series: 4, weeks: 2, minutes: 5, seed: 1 });
  const watched = product().watch({ config: { channels: { value: {} } }, recordings }, 1);
  return watched.reduce((sum, { incidents: raised }) => sum + raised.length, 0);
}

test('channels that never change raise nothing, whatever the forecast does', () => {
  expect(incidents('constant')).toBe(0);
});

test('a day by schedule is no more noise on one day than on the other', () => {
  expect(incidents('schedule of the day')).toBeLessThanOrEqual(2);
});
