import { describe, expect, test } from 'vitest';
import { detectorOptions } from '../../src/config/stream.ts';
import { checkText, configOf, linesOf } from './text.ts';

const SHOP = `streams:
  shop:
    source: { kind: simulate, world: accounts }
    decode: { key: /account, time: { at: /time } }
    channels: { amount: { unit: USD } }
    attributes: { kind: /kind, counterparty: /counterparty }
`;
const rule = (text: string) => `${SHOP}    rules:\n      one: { ${text} }\n`;

describe('rules of a stream', () => {
  test('come to the detector in order, each with its name, its budget in alarms a week and its severity', () => {
    const text = `${SHOP}    rules:
      fast: { kind: velocity, count: 5, within: 1h, budget: 2/month/series, severity: critical }
      asleep: { kind: dormant, silent_for: 90d }
`;
    const { attributes, rules } = detectorOptions('shop', configOf(text).streams.shop);
    expect(attributes).toEqual(['kind', 'counterparty']);
    expect(rules).toMatchObject([
      { name: 'fast', options: { kind: 'velocity', within: 3_600_000 }, severity: 'critical' },
      { name: 'asleep', perWeek: 1, severity: 'warning' },
    ]);
    expect(rules?.[0].perWeek).toBeCloseTo(2 / (365.25 / 12 / 7));
  });

  test('are printed as they were written', () => {
    const verdict = checkText(rule('kind: structuring, channel: amount, limit: 10000, where: { kind: [a, b] }'));
    const printed = verdict.config === undefined ? '' : verdict.print();
    expect(printed).toMatch(/within: 7d/);
    expect(checkText(printed).config).toEqual(verdict.config);
  });

  test('name channels and attributes of their stream', () => {
    expect(linesOf(rule('kind: fan_in, attribute: counterpart, count: 5, within: 1d'))).toEqual([
      'c.yaml:8:39: streams.shop.rules.one.attribute: no such attribute; found "counterpart"; did you mean "counterparty"?',
    ]);
    expect(linesOf(rule('kind: velocity, count: 5, within: 1d, at_least: { amont: 5 }'))[0]).toMatch(
      /^c\.yaml:8:\d+: streams\.shop\.rules\.one\.at_least: no channel "amont"; did you mean "amount"\?$/,
    );
    expect(
      linesOf(rule('kind: pass_through, channel: amount, in: { kid: x }, out: {}, at_least: 1, within: 1d'))[0],
    ).toMatch(/rules\.one\.in: no attribute "kid"; did you mean "kind"\?$/);
  });

  test('have kinds, and keys of their kind alone', () => {
    expect(linesOf(rule('kind: velocty'))).toEqual([
      'c.yaml:8:20: unknown kind "velocty" in streams.shop.rules.one; did you mean "velocity"?',
    ]);
    expect(linesOf(rule('kind: dormant, silent_for: 90d, limit: 5'))[0]).toMatch(/unknown key "limit"/);
    expect(linesOf(rule('kind: velocity, within: 1h'))[0]).toMatch(/either `count` or `sum`$/);
  });

  test('have names that are reason codes, and none of the model’s', () => {
    const named = (name: string) => linesOf(`${SHOP}    rules: { ${name}: { kind: dormant, silent_for: 90d } }\n`)[0];
    expect(named('silent')).toMatch(/those are reasons of the model$/);
    expect(named('Fast-Money')).toMatch(/it is a reason code$/);
  });

  test('have a budget for each series, not for the stream', () => {
    expect(linesOf(rule('kind: dormant, silent_for: 90d, budget: 1/week'))[0]).toMatch(
      /rules\.one\.budget: the budget of a rule is for each series: `1\/week\/series`/,
    );
  });

  test('need windows of one event, and so do attributes', () => {
    const text = `${rule('kind: dormant, silent_for: 90d')}    window: { kind: tumbling, size: 1h }\n`;
    expect(linesOf(text).map((line) => line.replace(/ need `.*$/, ''))).toEqual([
      'c.yaml:6:5: streams.shop.attributes: attributes',
      'c.yaml:7:5: streams.shop.rules: rules',
    ]);
  });

  test('about dormancy need series that are kept as long', () => {
    const text = `${rule('kind: dormant, silent_for: 90d')}    series: { idle_after: 90d }\n`;
    expect(linesOf(text)[0]).toMatch(/rules\.one\.silent_for: must be shorter than `series\.idle_after`/);
  });
});

describe('attributes of a simulated stream', () => {
  test('are words that the world has', () => {
    expect(linesOf(SHOP.replace('/counterparty', '/countrparty'))[0]).toMatch(
      /streams\.shop\.attributes\.counterparty: no words of the world accounts; found "\/countrparty"; did you mean "counterparty"\?$/,
    );
  });
});

describe('a key of several fields', () => {
  test('is checked field by field', () => {
    expect(configOf(SHOP.replace('/account,', '[/account, /category],')).streams.shop.decode.key).toEqual([
      '/account',
      '/category',
    ]);
    expect(linesOf(SHOP.replace('/account,', '[/account, $.category],'))[0]).toMatch(
      /streams\.shop\.decode\.key\[?\.?1\]?: a JSON pointer reads/,
    );
  });
});
