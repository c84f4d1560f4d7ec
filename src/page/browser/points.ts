import type { History } from '../../live/schema.ts';

/** Rows that the page keeps of the series that it draws. */
const MOST = 3_000;

/**
 * The rows known so far with newer ones after them; rows that are known already are left out, and beyond the most the
 * oldest go.
 */
export function joined(known: History, more: History): History {
  const last = known.timeMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const from = more.timeMs.findIndex((time) => time > last);
  if (from < 0) return known;
  const join = <T>(a: readonly T[], b: readonly T[]) => [...a, ...b.slice(from)].slice(-MOST);
  return {
    ...known,
    timeMs: join(known.timeMs, more.timeMs),
    score: join(known.score, more.score),
    regime: join(known.regime, more.regime),
    novelty: join(known.novelty, more.novelty),
    regimes: more.regimes,
    channels: known.channels.map((channel, d) => {
      const { value, expected, lower, upper, bits } = more.channels[d];
      return {
        ...channel,
        value: join(channel.value, value),
        expected: join(channel.expected, expected),
        lower: join(channel.lower, lower),
        upper: join(channel.upper, upper),
        bits: join(channel.bits, bits),
      };
    }),
  };
}

/**
 * The lowest and the highest of what a chart has to show: the curve decides, the band adds at most half the curve's
 * height on each side.
 */
export function valueRange(
  columns: readonly ArrayLike<number | null | undefined>[],
  from: number,
  to: number,
): [number, number] {
  const [value, lower, upper] = columns;
  const seen = extent(value, from, to);
  const low = extent(lower, from, to)[0];
  const high = extent(upper, from, to)[1];
  if (seen[0] > seen[1]) return low < high ? [low, high] : [0, 1];
  const span = seen[1] - seen[0] || Math.abs(seen[1]) / 10 || 1;
  const top = Math.max(seen[1], Math.min(high, seen[1] + span / 2));
  const bottom = Math.min(seen[0], Math.max(low, seen[0] - span / 2));
  return [bottom - (top - bottom) * 0.34, top + (top - bottom) * 0.07];
}

function extent(column: ArrayLike<number | null | undefined>, from: number, to: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = from; row <= to; row++) {
    const value = column[row];
    if (value === null || value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** The number as people read it beside the others of its channel: 2e-12 beside 0.4 is 0. */
export function settled(number: number | null, column: readonly (number | null)[]): number | null {
  const [low, high] = extent(column, 0, column.length - 1);
  return number !== null && Math.abs(number) < 1e-6 * Math.max(Math.abs(low), Math.abs(high)) ? 0 : number;
}

/** One huge surprise, as the first rows often are, must not flatten all others: bars end where few do. */
export function cappedBits(bits: readonly number[]): number[] {
  const sorted = [...bits].sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  return bits.map((each) => Math.min(each, Math.max(3 * usual, 8)));
}
