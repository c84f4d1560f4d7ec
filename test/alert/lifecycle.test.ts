import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Judgement, Lifecycle, type Step } from '../../src/alert/lifecycle.ts';
import { lifecycleOptions } from '../../src/alert/options.ts';
import { Columns } from '../../src/series/columns.ts';

const CALM = {
  alarm: false,
  unusual: false,
  severe: false,
  lead: 0,
  reason: 'unusual_value',
  pValue: 1,
  seen: () => true,
} as const;
const UNUSUAL = { ...CALM, unusual: true } as const;
const ALARM = { ...UNUSUAL, alarm: true, lead: 1, reason: 'unusual_change' } as const;
const SEVERE = { ...UNUSUAL, severe: true, lead: 2 } as const;

type Sign = Omit<Judgement, 'timeMs' | 'intervalMs'>;

/** A series with a row each second from 0 on. */
function series(options: object = {}) {
  const columns = new Columns();
  const lifecycle = new Lifecycle(columns, lifecycleOptions.parse(options));
  const slot = columns.allocate();
  let timeMs = -1000;
  const row = (sign: Sign): Step => {
    timeMs += 1000;
    return lifecycle.observe(slot, { ...sign, timeMs, intervalMs: 1000 });
  };
  const rows = (...signs: readonly Sign[]): Step[] => signs.map(row);
  return { lifecycle, slot, row, rows };
}

const times = (count: number, sign: Sign): Sign[] => Array(count).fill(sign);

describe('an alert is raised', () => {
  test('at the first row that alarms, and only there', () => {
    expect(series().rows(CALM, UNUSUAL, ALARM, ALARM, UNUSUAL)).toEqual(['none', 'none', 'raise', 'none', 'none']);
  });

  test('with the row that began it, its channel and its reason', () => {
    const { lifecycle, slot, rows } = series();
    rows(CALM, CALM, ALARM, UNUSUAL);
    expect(lifecycle.firing(slot)).toBe(true);
    expect(lifecycle.startMs(slot)).toBe(2000);
    expect([lifecycle.channel(slot), lifecycle.reason(slot)]).toEqual([1, 'unusual_change']);
    expect([lifecycle.revision(slot), lifecycle.severe(slot)]).toEqual([0, false]);
  });

  test('only once its incident has lasted for `for`', () => {
    const { lifecycle, slot, rows } = series({ for: '3s' });
    expect(rows(ALARM, UNUSUAL, UNUSUAL)).toEqual(['none', 'none', 'none']);
    expect(lifecycle.firing(slot)).toBe(false);
    expect(rows(UNUSUAL, UNUSUAL)).toEqual(['raise', 'none']);
    expect(lifecycle.startMs(slot)).toBe(0);
  });

  test('never for a spike shorter than `for`, however long the calm after it takes to end the incident', () => {
    expect(series({ for: '3s', keep_firing: '30s' }).rows(ALARM, ...times(60, CALM))).not.toContain('raise');
  });

  test('for an incident with short calms in it', () => {
    expect(series({ for: '3s' }).rows(ALARM, CALM, UNUSUAL, CALM, UNUSUAL)).toEqual([
      'none',
      'none',
      'none',
      'none',
      'raise',
    ]);
  });
});

describe('an alert is held', () => {
  test('while rows are unusual, even where none of them alarms alone', () => {
    const { lifecycle, slot, rows } = series();
    expect(new Set(rows(ALARM, ...times(500, UNUSUAL)))).toEqual(new Set(['raise', 'none']));
    expect(lifecycle.firing(slot)).toBe(true);
  });

  test('through ten sampling intervals of calm, and resolved at the tenth', () => {
    expect(series().rows(ALARM, ...times(9, CALM), UNUSUAL, ...times(9, CALM))).not.toContain('resolve');
    expect(series().rows(ALARM, ...times(10, CALM))).toEqual(['raise', ...times(9, CALM).map(() => 'none'), 'resolve']);
  });

  test('for `keep_firing`', () => {
    expect(series({ keep_firing: '3s' }).rows(ALARM, CALM, CALM, CALM, CALM)).toEqual([
      'raise',
      'none',
      'none',
      'resolve',
      'none',
    ]);
  });
});

describe('an alert worsens', () => {
  test('once, with the channel and the reason of the row that made it worse', () => {
    const { lifecycle, slot, rows } = series();
    expect(rows(ALARM, SEVERE, SEVERE, SEVERE)).toEqual(['raise', 'worsen', 'none', 'none']);
    expect([lifecycle.revision(slot), lifecycle.severe(slot)]).toEqual([1, true]);
    expect([lifecycle.channel(slot), lifecycle.reason(slot)]).toEqual([2, 'unusual_value']);
  });

  test('never where it was critical from the beginning', () => {
    expect(series().rows({ ...SEVERE, alarm: true }, SEVERE)).toEqual(['raise', 'none']);
    expect(series({ for: '1s' }).rows(ALARM, SEVERE, SEVERE)).toEqual(['none', 'raise', 'none']);
  });
});

describe('an alert is resolved', () => {
  test('once, by what was reported last and not by the calm row', () => {
    const { lifecycle, slot, rows } = series({ keep_firing: '1s' });
    expect(rows(ALARM, CALM, CALM)).toEqual(['raise', 'resolve', 'none']);
    expect([lifecycle.channel(slot), lifecycle.reason(slot)]).toEqual([1, 'unusual_change']);
    expect([lifecycle.revision(slot), lifecycle.startMs(slot)]).toEqual([1, 0]);
  });

  test('and the next one begins anew', () => {
    const { lifecycle, slot, rows } = series({ keep_firing: '1s' });
    expect(rows(ALARM, SEVERE, CALM, ALARM)).toEqual(['raise', 'worsen', 'resolve', 'raise']);
    expect([lifecycle.revision(slot), lifecycle.severe(slot), lifecycle.startMs(slot)]).toEqual([0, false, 3000]);
  });

  test('by the first row after a pause, which is calm or part of the same incident', () => {
    const { lifecycle, slot } = series();
    const at = (timeMs: number, sign: Sign) => lifecycle.observe(slot, { ...sign, timeMs, intervalMs: 1000 });
    expect([at(0, ALARM), at(1e6, CALM)]).toEqual(['raise', 'resolve']);
    expect([at(2e6, ALARM), at(3e6, UNUSUAL)]).toEqual(['raise', 'none']);
  });
});

test('whatever comes, an alert is raised, worsens at most once, resolves once, and its revisions count the steps', () => {
  const signs = fc.array(fc.constantFrom<Sign>(CALM, CALM, CALM, UNUSUAL, ALARM, SEVERE), { maxLength: 80 });
  const options = fc.constantFrom({}, { for: '2s' }, { keep_firing: '2s' }, { for: '5s', keep_firing: '1s' });
  fc.assert(
    fc.property(options, signs, (given, verdicts) => {
      const { lifecycle, slot, row } = series(given);
      let steps = '';
      for (const sign of verdicts) {
        const step = row(sign);
        if (step === 'raise') steps += ' ';
        if (step === 'none') continue;
        steps += step[0];
        expect(lifecycle.revision(slot)).toBe(step === 'raise' ? 0 : (steps.split(' ').at(-1)?.length ?? 0) - 1);
      }
      expect(steps.replaceAll('rr', 'R')).toMatch(/^( rw?r| R)*( rw?)?$/);
    }),
  );
});

describe('a row without a value of the incident’s channel', () => {
  const MISSED = { ...CALM, seen: () => false } as const;

  test('neither ends the incident nor holds it: the calm before and after it adds up', () => {
    const { lifecycle, slot, rows } = series({ keep_firing: '4s' });
    expect(rows(ALARM, CALM, CALM)).toEqual(['raise', 'none', 'none']);
    expect(rows(...times(3, MISSED))).toEqual(['none', 'none', 'none']);
    expect(lifecycle.firing(slot)).toBe(true);
    expect(rows(CALM, CALM, CALM)).toEqual(['none', 'none', 'resolve']);
    // From the value before to the value after.
    expect(lifecycle.incident(slot)).toMatchObject({ missingMs: 4000, valueMs: 8000 });
  });

  test('makes the alert say so once values have been missing for as long as calm takes to end it, and once only', () => {
    const { lifecycle, slot, rows } = series({ keep_firing: '3s' });
    expect(rows(ALARM, MISSED, MISSED, MISSED, MISSED, MISSED)).toEqual([
      'raise',
      'none',
      'none',
      'stop',
      'none',
      'none',
    ]);
    expect(rows(UNUSUAL, UNUSUAL)).toEqual(['resume', 'none']);
    expect([lifecycle.gapMs, lifecycle.revision(slot)]).toEqual([1000, 2]);
  });

  test('does not make a pending incident last', () => {
    const { rows } = series({ for: '3s' });
    expect(rows(ALARM, ...times(9, MISSED), UNUSUAL, UNUSUAL, UNUSUAL)).not.toContain('raise');
    expect(rows(UNUSUAL)).toEqual(['raise']);
  });

  test('gives the incident to another channel that alarms', () => {
    const { lifecycle, slot, rows } = series();
    const other = { ...ALARM, lead: 0, seen: (channel: number) => channel === 0 };
    expect(rows(ALARM, MISSED, other)).toEqual(['raise', 'none', 'worsen']);
    expect([lifecycle.channel(slot), lifecycle.incident(slot).worsened]).toEqual([0, false]);
  });

  test('says something of an incident that a rule raised, which needs no value', () => {
    const columns = new Columns();
    const lifecycle = new Lifecycle(columns, lifecycleOptions.parse({ keep_firing: '2s' }), ['quick']);
    const slot = columns.allocate();
    const steps = [{ ...ALARM, reason: 'quick' }, MISSED, MISSED].map((sign, i) =>
      lifecycle.observe(slot, { ...sign, timeMs: 1000 * i, intervalMs: 1000 }),
    );
    expect(steps).toEqual(['raise', 'none', 'resolve']);
  });
});
