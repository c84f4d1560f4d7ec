import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seriesOptions } from '../../src/detector/options.ts';
import { SeriesRegistry } from '../../src/detector/series-registry.ts';
import { Columns } from '../../src/series/columns.ts';

const MAX = 64;

function registryOf(options: object = {}) {
  const columns = new Columns();
  const mark = columns.f64('mark');
  const made = new SeriesRegistry(columns, seriesOptions.parse({ max: MAX, ...options }));
  /** As the detector does: who must leave leaves, then the series is seen. */
  const see = (series: string, timeMs: number): string[] => {
    const left: string[] = [];
    const known = made.slotOf(series);
    for (let excess = made.excess(known, timeMs); excess !== undefined; excess = made.excess(known, timeMs)) {
      left.push(excess);
      made.forget(excess);
    }
    const slot = known ?? made.enter(series, timeMs);
    if (known !== undefined) made.touch(slot, timeMs);
    mark.data[slot] = timeMs;
    return left;
  };
  return { columns, mark, made, see };
}

const fill = (see: (series: string, timeMs: number) => string[], count: number): void => {
  for (let n = 0; n < count; n++) expect(see(`s${n}`, n)).toEqual([]);
};

describe('past the most series there may be', () => {
  test('the one seen longest ago leaves', () => {
    const { see, made } = registryOf();
    fill(see, MAX);
    see('s0', 100);
    expect(see('new', 101)).toEqual(['s1']);
    expect(made.slotOf('s1')).toBeUndefined();
    expect(made.size).toBe(MAX);
  });

  test('a series that is known may always speak', () => {
    const { see } = registryOf();
    fill(see, MAX);
    expect(see('s0', 100)).toEqual([]);
  });

  test('a newcomer finds nothing of who had its slot before', () => {
    const { see, made, mark, columns } = registryOf();
    fill(see, MAX);
    const slot = made.slotOf('s0') ?? -1;
    mark.data[slot] = 99;
    made.forget('s0');
    expect(columns.read(slot).every((byte) => byte === 0)).toBe(true);
    expect(made.enter('new', 5)).toBe(slot);
    expect(made.nameOf(slot)).toBe('new');
  });
});

describe('past `idle_after`', () => {
  test('those without a row for so long leave, oldest first, and not before', () => {
    const { see } = registryOf({ idle_after: '1s' });
    see('a', 0);
    see('b', 400);
    see('c', 800);
    expect(see('c', 1000)).toEqual([]);
    expect(see('c', 1401)).toEqual(['a', 'b']);
  });

  test('nobody leaves without it', () => {
    const { see } = registryOf();
    see('a', 0);
    expect(see('b', 1e15)).toEqual([]);
  });
});

test('forgetting who is not known changes nothing', () => {
  const { see, made } = registryOf();
  see('a', 0);
  made.forget('b');
  expect(made.size).toBe(1);
});

test('restored from snapshots in any order, the newer ones after the older, it knows the same series, and the same leave next', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const sightings = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sightings, fc.func(fc.nat()), (seen, shuffle) => {
      const first = registryOf({ idle_after: '5s' });
      for (const [n, series] of seen.entries()) first.see(series, n * 1000);
      const known = [...new Set(seen)].filter((series) => first.made.slotOf(series) !== undefined);
      const snapshots = known.map((series): [string, Uint8Array] => [
        series,
        first.columns.read(first.made.slotOf(series) ?? -1),
      ]);
      const second = registryOf({ idle_after: '5s' });
      const older = first.columns.read(first.made.slotOf(known[0]) ?? -1);
      for (const series of ['gone', ...names.filter((_, n) => n % 2 === 0)]) second.made.put(series, older);
      for (const series of ['gone', ...names]) second.made.put(series, null);
      for (const series of known.slice(1)) second.made.put(series, older);
      for (const snapshot of snapshots.toSorted(([a], [b]) => shuffle(a) - shuffle(b))) second.made.put(...snapshot);
      second.made.settle();
      expect(second.made.size).toBe(first.made.size);
      for (const series of known) {
        const slot = second.made.slotOf(series) ?? -1;
        expect(second.made.nameOf(slot)).toBe(series);
        expect(second.mark.data[slot]).toBe(first.mark.data[first.made.slotOf(series) ?? -1]);
      }
      const end = seen.length * 1000 + 3000;
      expect(second.see('new', end)).toEqual(first.see('new', end));
    }),
  );
});
