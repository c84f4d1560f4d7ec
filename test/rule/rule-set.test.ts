import { describe, expect, test } from 'vitest';
import { RuleSet, type RuleSettings, ruleKindOf } from '../../src/rule/rule-set.ts';
import { Columns } from '../../src/series/columns.ts';
import { ATTRIBUTES, CHANNELS, paid } from './rows.ts';

function setting(name: string, yaml: { readonly kind: string; readonly [option: string]: unknown }): RuleSettings {
  const options = ruleKindOf(yaml.kind).config.parse(yaml) as { readonly kind: string };
  return { name, options, perWeek: 1, severity: 'warning' };
}

/** Alarms at each pair of events within an hour. */
const PAIR = setting('pair', { kind: 'velocity', count: 2, within: '1h' });
/** Alarms at each large event after the first. */
const LARGE = setting('large', {
  kind: 'velocity',
  count: 2,
  within: '52w',
  at_least: { amount: 100 },
  channel: 'amount',
});

function made(...settings: readonly RuleSettings[]) {
  const columns = new Columns();
  const rules = new RuleSet(settings, { columns, channels: CHANNELS, attributes: ATTRIBUTES });
  const slot = columns.allocate();
  return {
    columns,
    see: (time: string, amount = 1) => rules.observe(slot, paid(time, amount)),
  };
}

describe('a rule within its budget', () => {
  test('alarms, and then not again until its share of time has passed, while the condition still holds', () => {
    const { see } = made(PAIR);
    expect(see('0m')).toBeUndefined();
    expect(see('1m')).toMatchObject({ alarm: true, reason: 'pair' });
    expect(see('2m')).toMatchObject({ alarm: false, reason: 'pair' });
    expect(see('7d')).toBeUndefined();
    expect(see('7d1m')).toMatchObject({ alarm: true });
  });

  test('says how often it alarmed before in the series', () => {
    const { see } = made(PAIR);
    see('0m');
    expect(see('1m')?.explain()).toBe('2 events within 1 minute; the limit is 2 within 1 hour.');
    see('9d');
    expect(see('9d1m')?.explain()).toMatch(/ It alarmed once before in this series\.$/);
  });
});

describe('several rules', () => {
  test('that hold at one event give one alert: the first names it, all explain it, and each has spent its budget', () => {
    const { see } = made(LARGE, PAIR);
    see('0m', 200);
    const hit = see('1m', 200);
    expect(hit).toMatchObject({
      alarm: true,
      reason: 'large',
      rule: 0,
      channel: 0,
      severe: false,
      strength: 52 * 7 * 24 * 60,
    });
    expect(hit?.explain()).toMatch(
      /^2 events within 1 minute, 400 USD in all; .*\. 2 events within 1 minute; the limit/,
    );
    see('2d');
    expect(see('2d1m')?.alarm).toBe(false);
  });

  test('do not hide each other: the first that may alarm names the alert', () => {
    const { see } = made(LARGE, { ...PAIR, severity: 'critical' });
    see('0m', 200);
    expect(see('2h', 200)?.reason).toBe('large');
    expect(see('150m', 200)).toMatchObject({ alarm: true, reason: 'pair', rule: 1, severe: true });
  });

  test('have state in columns alone: what they state, and 12 bytes each', () => {
    expect(made(PAIR).columns.bytesPerSlot).toBe(4 + 16 * 2 + 12);
    expect(made(PAIR, LARGE).columns.layout).toMatch(/rule\.pair\.count:32x1 .*rule\.large\.alarms:32x1/);
  });

  test('none at all cost nothing', () => {
    const { see, columns } = made();
    expect(see('0m')).toBeUndefined();
    expect(columns.bytesPerSlot).toBe(0);
  });
});
