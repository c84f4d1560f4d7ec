import { expect, test } from 'vitest';
import { level } from '../../src/statistic/level.ts';
import { run } from '../../src/statistic/run.ts';
import { scale } from '../../src/statistic/scale.ts';
import type { StatisticKind } from '../../src/statistic/statistic.ts';
import { madeSure } from './streams.ts';

/* What the reference in NumPy says of this series, by row. It was measured with it that these statistics are worth their place. */

/** Shifted from row 600 on, stuck in [650, 690). */
const series = Array.from({ length: 800 }, (_, t) => {
  const at = t >= 650 && t < 690 ? 650 : t;
  return ((at * 7_919) % 101) / 50 + (t >= 600 ? 1.5 : 0);
});

function values(kind: StatisticKind, xs: readonly number[], [centre, spread]: readonly [number, number]): number[][] {
  const { columns, sight, observe } = madeSure(kind, { channels: 1 });
  const slot = columns.allocate();
  sight.centre.fill(centre);
  sight.spread.fill(spread);
  return xs.map((x, t) => observe(slot, t, [x]));
}

test.each([
  [499, 0],
  [510, 0.009062940228962186],
  [520, 0.14503202906159368],
  [605, 2.7669474167537884],
  [640, 8.5434993357111],
  [700, 8.606812329214947],
  [799, 3.137746232918873],
])('the level at row %i is %f', (t, expected) => {
  expect(values(level, series, [1, 0.5])[t][0]).toBeCloseTo(expected, 5);
});

test.each([
  [499, 0, 0],
  [510, 0.8958221053966146, 0.12631966327096183],
  [520, 0.5808376545947966, 0.057458059720940216],
  [605, 13.55273983992217, 5.485408955480143],
  [640, 17.919897500549926, 13.198000972207367],
  [700, 10.475566242122932, 11.165137015528517],
  [799, 3.1860475060448312, 3.7160253927479587],
])('the noise at row %i is %f over 16 rows, %f over 64', (t, short, long) => {
  const found = values(scale, series, [1, 0.5])[t];
  expect(found[0]).toBeCloseTo(short, 3);
  expect(found[1]).toBeCloseTo(long, 3);
});

test.each([
  [654, 0],
  [655, 0.22314355131420976],
  [660, 0.9162907318741551],
  [689, 2.277267285009756],
  [690, 0],
])('the run at row %i is %f', (t, expected) => {
  expect(values(run, series, [1, 0.5])[t][0]).toBeCloseTo(expected, 5);
});
