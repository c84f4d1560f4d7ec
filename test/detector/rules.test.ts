import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { DetectorOptions } from '../../src/detector/options.ts';
import type { Observation } from '../../src/event/observation.ts';
import type { AlertOutput, Output } from '../../src/event/output.ts';
import type { Plain } from '../../src/event/plain.ts';
import { HOUR_MS } from '../../src/event/time.ts';
import { type RuleSettings, ruleKindOf } from '../../src/rule/rule-set.ts';
import { kept, restoredFrom } from './kept.ts';
import { smallDetector } from './options.ts';

const START = Date.UTC(2026, 0, 5);

/** A rule named as its kind, once a week in each series. */
function rule(yaml: { readonly kind: string; readonly [option: string]: unknown }): RuleSettings {
  const options = ruleKindOf(yaml.kind).config.parse(yaml) as { readonly kind: string };
  return { name: yaml.kind, options, perWeek: 1, severity: 'critical' };
}

const RULES = [
  rule({ kind: 'fan_in', attribute: 'from', count: 3, within: '1d', where: { kind: 'in' } }),
  rule({ kind: 'velocity', count: 4, within: '2h', channel: 'a' }),
];

const detectorOptions: DetectorOptions = {
  ...smallDetector([{ unit: 'USD' }], {
    alert: { keep_firing: '12h' },
    window: { kind: 'event', out_of_orderness: '1m' },
  }),
  attributes: ['kind', 'from'],
  rules: RULES,
};

const paid = (hour: number, from: string, kind = 'in'): Observation => ({
  series: 's',
  timeMs: START + hour * HOUR_MS,
  values: Float64Array.of(20 + hour / 10),
  attributes: [kind, from],
});
/** Three strangers within the first day, then a payment a day by one. */
const PAYMENTS = [
  paid(1, 'a'),
  paid(3, 'b'),
  paid(5, 'c'),
  paid(18, 'a', 'out'),
  ...[1, 2, 3, 4].map((day) => paid(24 * day + 12, 'a')),
];

const alertsOf = (outputs: readonly Output[]): AlertOutput[] => outputs.filter((output) => output.kind === 'alert');

function run(options: DetectorOptions, payments: readonly Observation[]): readonly Output[] {
  const detector = new Detector(options);
  for (const payment of payments) detector.observe(payment);
  return detector.drain();
}

describe('a rule', () => {
  const [raised, resolved, ...more] = alertsOf(run(detectorOptions, PAYMENTS));

  test('raises an alert with its name, its severity and a sentence for people, before the series is warm', () => {
    expect(raised).toMatchObject({
      state: 'firing',
      reason: 'fan_in',
      severity: 'critical',
      channel: 'a',
      value: 20.5,
      timeMs: START + 5 * HOUR_MS,
      score: 0.5,
    });
    expect(raised.summary).toBe(
      's: 3 different values of from within 4 hours, in events with kind in; the limit is 3 within 1 day.',
    );
  });

  test('lets the incident resolve, once, under its own name', () => {
    expect(resolved).toMatchObject({ state: 'resolved', reason: 'fan_in', id: raised.id, revision: 1 });
    expect(resolved.summary).toMatch(/^s is back to normal: fan_in no longer holds, and nothing else is unusual/);
    expect(more).toEqual([]);
  });

  test('holds an incident open that lasts, without another alert', () => {
    const busy = Array.from({ length: 40 }, (_, n) => paid(5 + n / 4, 'a', 'out'));
    const alerts = alertsOf(run(detectorOptions, [...PAYMENTS.slice(0, 3), ...busy, ...PAYMENTS.slice(3)]));
    expect(alerts.map(({ state, reason }) => `${state} ${reason}`)).toEqual(['firing fan_in', 'resolved fan_in']);
    expect(alerts[1].timeMs).toBeGreaterThan(resolved.timeMs);
  });

  test('changes no score', () => {
    const scores = (options: DetectorOptions) =>
      run(options, PAYMENTS).flatMap((output) => (output.kind === 'score' ? [{ ...output, alert: '' }] : []));
    expect(scores(detectorOptions)).toEqual(scores({ ...detectorOptions, rules: [] }));
  });

  test('adds what it states to the bytes of a series', () => {
    const bytes = ({ rules = [] }: { readonly rules?: readonly RuleSettings[] }) =>
      new Detector({ ...detectorOptions, rules }).bytesPerSeries;
    expect(bytes({ rules: RULES }) - bytes({})).toBe(12 * 3 + 12 + (4 + 16 * 4 + 12));
  });
});

describe('what rules find', () => {
  test('does not depend on when a snapshot is taken and restored, open windows included', () => {
    const outputs: Output[] = [];
    const entries = new Map<string, Plain>();
    let detector = new Detector(detectorOptions);
    for (const payment of PAYMENTS) {
      detector.observe(payment);
      outputs.push(...detector.drain());
      for (const [name, plain] of kept(detector)) entries.set(name, plain);
      detector = restoredFrom(entries, new Detector(detectorOptions));
    }
    expect(outputs).toEqual(run(detectorOptions, PAYMENTS));
  });
});
