import { Random } from '../../src/math/random.ts';
import { Columns } from '../../src/series/columns.ts';
import type { Sight, Statistic, StatisticKind } from '../../src/statistic/statistic.ts';

const DAY_ROWS = 288;

/** What a statistic under test is made for, beside the kind. */
export interface Setup {
  readonly channels: number;
  readonly calendar?: boolean;
  readonly scored?: readonly boolean[];
  readonly sparse?: boolean;
  readonly paceMs?: number;
}

/** A statistic on its own columns, fed row by row; `spread` and `centre` are the same number at each row where none are given. */
export function made(kind: StatisticKind, given: Setup) {
  const { channels, calendar = false, scored, sparse = false, paceMs = 0 } = given;
  const columns = new Columns();
  const blamed = scored ?? Array.from({ length: channels }, () => true);
  const statistic = kind.make(columns, { channels, calendar, scored: blamed });
  if (statistic === undefined) return undefined;
  const sight: Sight = {
    ...{ slot: 0, day: 0, weekend: 0, rows: 0, paceMs, sparse, xs: new Float64Array(channels) },
    centre: new Float64Array(channels),
    spread: new Float64Array(channels).fill(1),
    weight: new Float64Array(channels).fill(1),
  };
  /** Row `t` of the series in `slot`: a copy of the values. */
  const observe = (slot: number, t: number, xs: ArrayLike<number>, weight = 1): number[] => {
    sight.slot = slot;
    sight.rows = t;
    sight.day = (t % DAY_ROWS) / DAY_ROWS;
    sight.weekend = Math.floor(t / DAY_ROWS) % 7 > 4 ? 1 : 0;
    sight.xs.set(xs);
    sight.weight.fill(weight);
    statistic.observe(sight);
    return [...statistic.values];
  };
  return { columns, statistic, sight, observe };
}

/** The same, of a kind that has something to say of such a stream. */
export function madeSure(kind: StatisticKind, setup: Setup) {
  const found = made(kind, setup);
  if (found === undefined) throw new Error(`${kind.kind} has nothing to say`);
  return found;
}

/** Cycles of 24 rows, noisy, one value in 100 missing, and half as high for a while near the end. */
export function cycles(seed: number, rows: number, channels: number): Float64Array[] {
  const random = new Random(seed);
  return Array.from({ length: rows }, (_, t) => {
    const height = t < 0.9 * rows || t > 0.92 * rows ? 1 : 0.5;
    return Float64Array.from({ length: channels }, (_, d) =>
      random.next() < 0.01 ? Number.NaN : height * Math.sin((2 * Math.PI * (t + d)) / 24) + 0.05 * random.normal(),
    );
  });
}

/** Random walks of each channel that follow the hour a little, one value in 100 missing, and all of them stuck for a while near the end. */
export function walks(seed: number, rows: number, channels: number): Float64Array[] {
  const random = new Random(seed);
  const walk = new Float64Array(channels);
  const shown = new Float64Array(channels);
  return Array.from({ length: rows }, (_, t) => {
    for (let d = 0; d < channels && (t < 0.8 * rows || t > 0.85 * rows); d++) {
      walk[d] += random.normal();
      shown[d] = walk[d] + 3 * Math.sin((2 * Math.PI * t) / DAY_ROWS);
    }
    return shown.map((x) => (random.next() < 0.01 ? Number.NaN : x));
  });
}

/** The state of `slots`, and what they share, put into another instance of the same statistic. */
export function carryOver(
  from: { readonly columns: Columns; readonly statistic: Statistic },
  to: { readonly columns: Columns; readonly statistic: Statistic },
  slots: readonly number[],
): void {
  for (const slot of slots) to.columns.write(slot, from.columns.read(slot));
  from.statistic.shared?.forEach((array, i) => {
    to.statistic.shared?.[i].set(array);
  });
}
