import { describe, expect, test } from 'vitest';
import { answers, paid } from './rows.ts';

const CASH = { kind: 'cash' };

describe('velocity', () => {
  const fast = { kind: 'velocity', count: 3, within: '1h', where: { kind: 'card' }, channel: 'amount' };

  test('holds at the event that makes the count full within the window', () => {
    const rows = [paid('1m', 10, 'card'), paid('30m', 20, 'card'), paid('61m', 30.5, 'card')];
    expect(answers(fast, rows)).toEqual([
      '',
      '',
      '3 events with kind card within 1 hour, 60.5 USD in all; the limit is 3 within 1 hour',
    ]);
  });

  test('does not hold where they are one millisecond further apart', () => {
    expect(answers(fast, [paid('1m', 10, 'card'), paid('30m', 20, 'card'), paid('61m1ms', 30, 'card')])).toEqual([
      '',
      '',
      '',
    ]);
  });

  test('counts only what `where` and `at_least` let through', () => {
    const large = { ...fast, at_least: { amount: 10 } };
    const rows = [paid('1m', 10, 'card'), paid('2m', 10, 'cash'), paid('3m', 9, 'card'), paid('4m', 10, 'card')];
    expect(answers(large, [...rows, paid('5m', 10, 'card')]).map((text) => text !== '')).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('sums a channel over the window, and forgets what has left it', () => {
    const much = { kind: 'velocity', sum: 100, channel: 'amount', within: '1h' };
    expect(answers(much, [paid('0m', 60), paid('61m', 50), paid('62m', Number.NaN), paid('90m', 50)])).toEqual([
      '',
      '',
      '',
      '3 events within 29 minutes, 100 USD in all; the limit is 100 USD within 1 hour',
    ]);
  });
});

describe('new_value', () => {
  const fresh = { kind: 'new_value', attributes: ['device'], after: 2, at_least: { amount: 100 } };
  const known = [paid('1h', 10, '', '', 'phone'), paid('2h', 10, '', '', 'laptop')];

  test('holds for a value never seen before, and says which', () => {
    expect(answers(fresh, [...known, paid('3d', 250, '', '', 'other')]).at(-1)).toBe(
      'device other is new to this series, first seen 2026-01-08T00:00Z, with amount 250 USD',
    );
  });

  test('does not hold while everything is new, for what was seen then, and for what is missing', () => {
    const rows = [...known, paid('3h', 250, '', '', 'laptop'), paid('4h', 250)];
    expect(answers(fresh, rows)).toEqual(['', '', '', '']);
  });

  test('is not lulled by a small first payment, until the value has been known for a day', () => {
    const small = paid('3d', 1, '', '', 'other');
    const later = (time: string) => answers(fresh, [...known, small, paid(time, 250, '', '', 'other')]).at(-1);
    expect(later('4d')).toMatch(/first seen 2026-01-08T00:00Z, with amount 250 USD$/);
    expect(later('4d1ms')).toBe('');
  });

  test('wants all attributes new in one event', () => {
    const both = { ...fresh, attributes: ['device', 'counterparty'] };
    const rows = [paid('1h', 1, '', 'shop', 'phone'), paid('2h', 1, '', 'bar', 'phone')];
    const last = (to: string, device: string) => answers(both, [...rows, paid('5d', 100, '', to, device)]).at(-1);
    expect(last('shop', 'other')).toBe('');
    expect(last('casino', 'phone')).toBe('');
    expect(last('casino', 'other')).toMatch(/^device other and counterparty casino are new to this series/);
  });

  test('forgets the value that was seen longest ago beyond `remember`', () => {
    const narrow = { ...fresh, remember: 4 };
    const rows = ['a', 'b', 'c', 'd', 'a', 'e'].map((device, n) => paid(`${n + 1}h`, 1, '', '', device));
    const again = (device: string) => answers(narrow, [...rows, paid('9d', 100, '', '', device)]).at(-1);
    expect(again('a')).toBe('');
    expect(again('b')).toMatch(/^device b is new/);
  });
});

describe('structuring', () => {
  const below = { kind: 'structuring', channel: 'amount', limit: 10_000, count: 3, within: '3d', where: CASH };

  test('holds for amounts just below the limit, and says how many there were before', () => {
    const rows = [paid('1d', 9_950, 'cash'), paid('2d', 8_500, 'cash'), paid('4d', 9_000, 'cash')];
    expect(answers(below, rows).at(-1)).toBe(
      '3 events with kind cash between 8 500 and 9 950 USD within 3 days, just below 10 000; there were none before',
    );
    expect(answers(below, [...rows, paid('5d', 9_000, 'cash')]).at(-1)).toMatch(/; there were 1 before$/);
  });

  test('does not count the limit itself, what is far below it, other kinds, and what is too long ago', () => {
    const pair = [paid('1d', 9_000, 'cash'), paid('2d', 9_000, 'cash')];
    const third = (row: ReturnType<typeof paid>) => answers(below, [...pair, row]).at(-1);
    expect(third(paid('3d', 10_000, 'cash'))).toBe('');
    expect(third(paid('3d', 8_499, 'cash'))).toBe('');
    expect(third(paid('3d', 9_000, 'card'))).toBe('');
    expect(third(paid('4d1ms', 9_000, 'cash'))).toBe('');
  });
});

describe('fan_in', () => {
  const many = { kind: 'fan_in', attribute: 'counterparty', count: 3, within: '2d', where: { kind: ['in', 'wire'] } };

  test('holds for so many different counterparties', () => {
    const rows = [paid('1h', 5, 'in', 'a'), paid('2h', 5, 'wire', 'b'), paid('1d', 5, 'in', 'c')];
    expect(answers(many, rows)).toEqual([
      '',
      '',
      '3 different values of counterparty within 23 hours, in events with kind in or wire; the limit is 3 within 2 days',
    ]);
  });

  test('counts each counterparty once, at its newest event', () => {
    const rows = ['a', 'b', 'a', 'b', 'a'].map((to, n) => paid(`${n}h`, 5, 'in', to));
    expect(answers(many, rows).join('')).toBe('');
    const late = [
      paid('0h', 5, 'in', 'a'),
      paid('1d', 5, 'in', 'b'),
      paid('47h', 5, 'in', 'a'),
      paid('60h', 5, 'in', 'c'),
    ];
    expect(answers(many, late).at(-1)).toMatch(/within 1.5 days/);
  });

  test('leaves small amounts and missing counterparties out', () => {
    const large = { ...many, at_least: { amount: 100 } };
    const rows = [
      paid('1h', 100, 'in', 'a'),
      paid('2h', 99, 'in', 'b'),
      paid('3h', 100, 'in'),
      paid('4h', 100, 'in', 'c'),
    ];
    expect(answers(large, rows).join('')).toBe('');
    expect(answers(large, [...rows, paid('5h', 100, 'in', 'b')]).at(-1)).toMatch(/^3 different/);
  });
});

describe('pass_through', () => {
  const mule = {
    kind: 'pass_through',
    channel: 'amount',
    in: { kind: 'in' },
    out: { kind: 'out' },
    at_least: 1_000,
    within: '6h',
  };

  test('holds once nearly all that came in has left, in parts or at once', () => {
    const rows = [paid('0h', 2_000, 'in'), paid('1h', 900, 'out'), paid('90m', 1_000, 'out')];
    expect(answers(mule, rows)).toEqual([
      '',
      '',
      '2 000 came in and 1 900 USD left, 95 % of it, within 1.5 hours; from 85 % on it is passed through',
    ]);
  });

  test('does not hold where much stays, where far more leaves than came, where it is little, and where it takes long', () => {
    const out = (income: number, amount: number, time = '1h') =>
      answers(mule, [paid('0h', income, 'in'), paid(time, amount, 'out')]).at(-1);
    expect(out(2_000, 1_600)).toBe('');
    expect(out(2_000, 2_500)).toBe('');
    expect(out(900, 880)).toBe('');
    expect(out(2_000, 1_900, '6h1ms')).toBe('');
    expect(out(2_000, 1_900, '6h')).not.toBe('');
  });

  test('looks past what was paid before, and takes several that came in together', () => {
    const rows = [paid('0h', 300, 'out'), paid('1h', 600, 'in'), paid('2h', 700, 'in'), paid('3h', 1_250, 'out')];
    expect(answers(mule, rows).at(-1)).toMatch(/^1 300 came in and 1 250 USD left/);
  });
});

describe('dormant', () => {
  const sleeper = { kind: 'dormant', silent_for: '90d', at_least: { amount: 500 } };

  test('holds for an event after a long silence, and for a large one soon after the small one that ended it', () => {
    const rows = [paid('1d', 10), paid('101d', 5), paid('103d', 600), paid('105d', 600)];
    expect(answers(sleeper, rows)).toEqual([
      '',
      '',
      'active again since 2026-04-16 after 100 days without events, with amount 600 USD; dormant is from 90 days on',
      '',
    ]);
  });

  test('does not hold for the first event of a series, nor after a shorter silence', () => {
    expect(answers(sleeper, [paid('200d', 600), paid('289d', 600)])).toEqual(['', '']);
  });

  test('does not count what `where` leaves out as activity', () => {
    const rows = [paid('1d', 600, 'card'), paid('50d', 1, 'interest'), paid('95d', 600, 'card')];
    expect(answers({ ...sleeper, where: { kind: 'card' } }, rows).at(-1)).not.toBe('');
  });
});
