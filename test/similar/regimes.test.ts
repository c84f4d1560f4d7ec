import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { MOST_REGIMES, type Placed, Regimes } from '../../src/similar/regimes.ts';
import { byRaw, confusion, momentsOf, share } from '../bench/similar/moments.ts';

const random = new Random(3);

/** What the rows of one channel, expected as they are, are placed in. */
function placed(regimes: Regimes, values: readonly (number | null)[]): readonly Placed[] {
  return values.map((value, n) => regimes.add([{ value, expected: value }], n));
}

/** So many values about a level. */
const about = (level: number, count: number) => Array.from({ length: count }, () => level + 0.2 * random.normal());

describe('the regimes of a series', () => {
  test('are those between which it changes, named by what is special about them', () => {
    const regimes = new Regimes(1);
    const days = Array.from({ length: 6 }, () => [...about(60, 40), ...about(100, 20)]).flat();
    const last = placed(regimes, days).slice(-60);
    const [low, high] = [new Set(last.slice(5, 40)), new Set(last.slice(45))].map(
      (rows) => new Set([...rows].map(({ regime }) => regime)),
    );
    expect([...low].some((regime) => high.has(regime))).toBe(false);
    const words = (ids: ReadonlySet<number>) =>
      regimes.views(['pulse']).flatMap(({ id, words }) => (ids.has(id) ? [words] : []));
    for (const said of words(low)) expect(said).toBe('pulse low');
    for (const said of words(high)) expect(said).toMatch(/^pulse (very )?high$/);
  });

  test('are few, whatever comes; and what is new is farther from all of them than what is known', () => {
    const regimes = new Regimes(1);
    const novelties = placed(
      regimes,
      Array.from({ length: 4_000 }, () => 100 * random.normal()),
    )
      .slice(200)
      .map(({ novelty }) => novelty);
    const ids = new Set(placed(regimes, about(0, 500)).map(({ regime }) => regime));
    expect(ids.size).toBeLessThanOrEqual(MOST_REGIMES);
    const [far] = placed(regimes, [2_000]);
    expect(far.novelty).toBeGreaterThan(2 * Math.max(...novelties));
    expect(placed(regimes, [5])[0].novelty).toBeLessThan(1);
  });

  test('are none of a series that is noise: it stays in nothing', () => {
    const regimes = new Regimes(1);
    placed(regimes, about(20, 1_000));
    expect(regimes.views(['x'])).toEqual([]);
  });

  test('have no row in which a value is missing, and none before it is known what is usual', () => {
    const regimes = new Regimes(1);
    expect(placed(regimes, [1, 2, null]).map(({ regime }) => regime)).toEqual([-1, -1, -1]);
    const [gap] = placed(regimes, [...about(1, 30), null]).slice(-1);
    expect(gap).toMatchObject({ regime: -1, novelty: Number.NaN });
  });

  test('do not come from a channel that never moves, however the network is wrong about it', () => {
    const [both, alone] = [new Regimes(2), new Regimes(1)];
    const days = Array.from({ length: 5 }, () => [...about(60, 40), ...about(100, 40)]).flat();
    days.forEach((value, n) => {
      const inside = { value, expected: value };
      both.add([{ value: 4, expected: 4 + 0.01 * (n % 7) }, inside], n);
      alone.add([inside], n);
    });
    const words = (regimes: Regimes, names: readonly string[]) => regimes.views(names).map((view) => view.words);
    expect(words(both, ['still', 'inside'])).toEqual(expect.arrayContaining(['inside low', 'inside high']));
    expect(words(both, ['still', 'inside']).join()).not.toContain('still');
    expect(words(alone, ['inside'])).toEqual(expect.arrayContaining(['inside low', 'inside high']));
  });

  test('are the same for the same rows, and after a clear', () => {
    const rows = [...about(1, 100), ...about(9, 100)];
    const [one, other] = [new Regimes(1), new Regimes(1)];
    placed(other, about(-50, 80));
    other.clear();
    expect(placed(other, rows)).toEqual(placed(one, rows));
    expect(other.views(['x'])).toEqual(one.views(['x']));
  });

  test('two that become one say so: the rows of the first belong to the second', () => {
    const regimes = new Regimes(1);
    const known = new Set<number>();
    let merges = 0;
    for (const { regime, merged } of placed(
      regimes,
      Array.from({ length: 3_000 }, (_, n) => 10 * random.normal() * (1 + n / 300)),
    )) {
      if (merged !== undefined) {
        merges++;
        expect(known.has(merged[0])).toBe(true);
        expect(merged[0]).not.toBe(merged[1]);
      }
      if (regime >= 0) known.add(regime);
    }
    expect(merges).toBeGreaterThan(0);
  });
});

test('the nearest earlier moment of a person is of the same kind: asleep, walking or running; raw windows do worse', {
  timeout: 240_000,
}, () => {
  const runs = [momentsOf({ seed: 11, people: 2, days: 9 })];
  const kinds = ['asleep', 'walking', 'running'];
  const right = share(confusion(runs, ({ moment }) => moment, kinds));
  expect(right).toBeGreaterThan(0.9);
  expect(right).toBeGreaterThan(share(confusion(runs, byRaw(12), kinds)) + 0.05);
});
