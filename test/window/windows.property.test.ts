import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/event/observation.ts';
import type { Plain } from '../../src/event/plain.ts';
import type { Windows } from '../../src/window/contract.ts';
import { windows } from '../../src/window/windows.ts';
import { advance, channels, lines, of, options, run } from './world.ts';

const ALL = ['mean', 'last', 'min', 'max', 'sum', 'count', 'median'] as const;
const WIDE = channels(...ALL);
const END_MS = 100_000;

/** Integers, so that sums are exact in any order. */
const value = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const observation = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -50, max: 300 }), value)
  .map(([series, timeMs, x]) => of(series, timeMs, ...Array<number>(ALL.length).fill(x)));
const stream = fc.array(observation, { maxLength: 60 });

const clock = {
  lateness: fc.constantFrom('0s', '7ms'),
  out_of_orderness: fc.constantFrom('0s', '13ms'),
  max_leap: fc.constantFrom(undefined, '400d', '60ms'),
};
const silent_after = fc.option(fc.constantFrom('20ms', '50ms'), { nil: undefined });
const gap = fc.record({
  policy: fc.constantFrom('ignore', 'carry', 'zero'),
  max_fill: fc.constantFrom(1, 3, 1000),
  silent_after,
});
const anyOptions = fc
  .oneof(
    fc.record({ kind: fc.constant('event'), ...clock, gap: fc.record({ silent_after }) }),
    fc.record({ kind: fc.constant('tumbling'), size: fc.constantFrom('1ms', '10ms', '17ms'), ...clock, gap }),
    fc.record({
      kind: fc.constant('hopping'),
      size: fc.constant('10ms'),
      hop: fc.constantFrom('3ms', '5ms', '10ms'),
      ...clock,
      gap,
    }),
  )
  .map(options);

/** Keeps what changed, as a store would, and makes new windows of all that is kept. */
function recovery(make: () => Windows): (windows: Windows) => Windows {
  const kept = new Map<string, Plain>();
  return (before) => {
    for (const series of before.changed()) {
      const plain = before.snapshot(series);
      if (plain === undefined) kept.delete(series);
      else kept.set(series, structuredClone(plain));
    }
    before.settle();
    const after = make();
    for (const [series, plain] of kept) after.restore(series, plain);
    after.restoreClock(structuredClone(before.clock()));
    return after;
  };
}

describe('the same observations give the same rows', () => {
  test('with a restart before each of them', () => {
    fc.assert(
      fc.property(anyOptions, stream, (options, observations) => {
        const make = () => windows(options, WIDE);
        expect(run(make(), observations, recovery(make))).toEqual(run(make(), observations));
      }),
      { numRuns: 400 },
    );
  });

  test('however seldom they are asked for', () => {
    fc.assert(
      fc.property(anyOptions, stream, (options, observations) => {
        const each = windows(options, WIDE);
        const once = windows(options, WIDE);
        const rows: string[] = [];
        const silences: string[] = [];
        for (const observation of observations) {
          expect(each.push(observation)).toBe(once.push(observation));
          rows.push(...lines(each.take()));
          silences.push(...each.silent().map(({ series, sinceMs }) => `${series} ${sinceMs}`));
        }
        expect(lines(once.take())).toEqual(rows);
        expect(once.silent().map(({ series, sinceMs }) => `${series} ${sinceMs}`)).toEqual(silences);
      }),
    );
  });
});

/** Distinct times by series, and an order of arrival in which none is more than `boundMs` late. */
const disordered = (boundMs: number) =>
  fc
    .uniqueArray(fc.tuple(observation, fc.nat(boundMs)), {
      selector: ([{ series, timeMs }]) => `${series} ${timeMs}`,
      maxLength: 60,
    })
    .map((delayed) => {
      const byTime = (a: Observation, b: Observation) => a.timeMs - b.timeMs || (a.series < b.series ? -1 : 1);
      const arrival = delayed.toSorted(([a, da], [b, db]) => a.timeMs + da - b.timeMs - db);
      return { sorted: delayed.map(([o]) => o).toSorted(byTime), arrived: arrival.map(([o]) => o) };
    });

function rowsOf(yaml: object, observations: readonly Observation[]): readonly string[] {
  const made = windows(options(yaml), WIDE);
  for (const observation of observations) expect(made.push(observation)).toBe('accepted');
  advance(made, END_MS, WIDE.length);
  return lines(made.take());
}

describe('what is out of order within the bound', () => {
  test.each([
    { kind: 'tumbling', size: '10ms', out_of_orderness: '25ms' },
    { kind: 'tumbling', size: '10ms', lateness: '25ms' },
    { kind: 'tumbling', size: '10ms', out_of_orderness: '25ms', gap: { policy: 'carry', max_fill: 4 } },
    { kind: 'hopping', size: '10ms', hop: '4ms', out_of_orderness: '25ms' },
  ])('gives the rows of the same in order: %j', (yaml) => {
    fc.assert(
      fc.property(disordered(25), ({ sorted, arrived }) => {
        expect(rowsOf(yaml, arrived)).toEqual(rowsOf(yaml, sorted));
      }),
    );
  });

  test('leaves each series in order where each event is a row', () => {
    fc.assert(
      fc.property(disordered(25), ({ sorted, arrived }) => {
        const rows = rowsOf({ kind: 'event', out_of_orderness: '25ms' }, arrived);
        const expected = rowsOf({ kind: 'event' }, sorted);
        for (const series of ['a', 'b', 'c']) {
          const own = (row: string) => row.startsWith(series);
          expect(rows.filter(own)).toEqual(expected.filter(own));
        }
      }),
    );
  });
});

test('a tumbling window holds the observations of its time, and no others', () => {
  fc.assert(
    fc.property(disordered(0), ({ sorted }) => {
      const groups = new Map<string, Observation[]>();
      for (const observation of sorted) {
        const name = `${observation.series} ${Math.floor(observation.timeMs / 10)}`;
        groups.set(name, [...(groups.get(name) ?? []), observation]);
      }
      const expected = [...groups.values()].map((group) => {
        const start = Math.floor(group[0].timeMs / 10) * 10;
        const known = group.map(({ values }) => values[0]).filter((x) => !Number.isNaN(x));
        return `${group[0].series} [${start}, ${start + 10}) ${naive(known).join(' ')}`;
      });
      expect(rowsOf({ kind: 'tumbling', size: '10ms' }, sorted).toSorted()).toEqual(expected.toSorted());
    }),
  );
});

/** Mean, last, min, max, sum, count and median, by their definitions. */
function naive(known: readonly number[]): readonly number[] {
  const n = known.length;
  if (n === 0) return [NaN, NaN, NaN, NaN, NaN, 0, NaN];
  const sum = known.reduce((a, b) => a + b, 0);
  const sorted = known.toSorted((a, b) => a - b);
  const median = (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2;
  return [sum / n, known[n - 1], sorted[0], sorted[n - 1], sum, n, median];
}
