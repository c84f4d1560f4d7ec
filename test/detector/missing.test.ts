import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { Observation } from '../../src/event/observation.ts';
import type { AlertOutput, Output, ScoreOutput } from '../../src/event/output.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import { kept, restoredFrom } from './kept.ts';
import { smallDetector } from './options.ts';

const START = 1e12;
const ROWS = 400;
const NOTHING = Number.NaN;

const at = (minute: number, ...values: readonly number[]): Observation => ({
  series: 'freezer',
  timeMs: START + minute * MINUTE_MS,
  values: Float64Array.from(values),
});

/** What a freezer is at for 400 minutes: −18, give or take. */
function cold(): number[] {
  const random = new Random(11);
  return Array.from({ length: ROWS }, () => -18 + 0.2 * random.normal());
}

/** It warms up by 1.5 a minute, for ten minutes. */
const WARMS = Array.from({ length: 10 }, (_, i) => -16.5 + 1.5 * i);

const nulls = (count: number): number[] => Array(count).fill(NOTHING);

function outputsOf(detector: Detector, values: readonly number[], from = 0): readonly Output[] {
  return values.flatMap((value, i) => {
    detector.observe(at(from + i, value));
    return detector.drain();
  });
}

const alertsOf = (outputs: readonly Output[]): AlertOutput[] => outputs.filter((output) => output.kind === 'alert');
const scoresOf = (outputs: readonly Output[]): ScoreOutput[] => outputs.filter((output) => output.kind === 'score');
const reported = ({ reason, state, revision }: AlertOutput): string => `${reason} ${state} ${revision}`;

const windows = [
  { kind: 'event' },
  { kind: 'tumbling', size: '2m', gap: { policy: 'ignore' } },
  { kind: 'tumbling', size: '2m', gap: { policy: 'carry' } },
  { kind: 'tumbling', size: '2m', gap: { policy: 'zero' } },
  { kind: 'hopping', size: '2m', hop: '1m', gap: { policy: 'carry' } },
];

describe.each(windows)(
  'a freezer that warms up and then sends null, in windows $kind with gap policy $gap.policy',
  (window) => {
    const options = smallDetector([{ unit: '°C' }], { window, alert: { budget: '1/week' } });
    const detector = new Detector(options);
    const before = outputsOf(detector, [...cold(), ...WARMS]);
    const during = outputsOf(detector, nulls(1000), ROWS + 10);

    test('is not back to normal: its alert says that values stopped, once, and what the last one was', () => {
      expect(alertsOf(before).at(-1)).toMatchObject({ state: 'firing' });
      const [stopped, ...more] = alertsOf(during).filter(({ value }) => value === null);
      expect(more).toEqual([]);
      expect(stopped).toMatchObject({ state: 'firing', id: alertsOf(before).at(-1)?.id, value: null, expected: null });
      expect(stopped.summary).toMatch(
        /^a of freezer has no value since .*Z; it was -\d.*°C and rising\. The alert stays open: nothing shows that it is over\.$/,
      );
      expect(detector.firing).toBe(1);
    });

    test('has no row of that scored, nor counted as scored', () => {
      const { rows, missing } = detector.counts;
      expect(rows).toBe(scoresOf([...before, ...during]).length);
      expect(missing).toBeGreaterThan(400);
      expect(scoresOf(during).every(({ channels }) => channels[0].value !== null)).toBe(true);
    });

    test('and after a restart the same, row for row', () => {
      const [one, other] = [new Detector(options), new Detector(options)];
      outputsOf(one, [...cold(), ...WARMS, ...nulls(3)]);
      const restored = restoredFrom(kept(one), other);
      const rest = [...nulls(60), ...cold().slice(0, 40)];
      expect(outputsOf(restored, rest, ROWS + 13)).toEqual(outputsOf(one, rest, ROWS + 13));
    });

    test('is back to normal once values show it, and not by the first of them', () => {
      const one = new Detector(options);
      const raised = alertsOf(outputsOf(one, [...cold(), ...WARMS, ...nulls(300)])).at(-1);
      const after = alertsOf(outputsOf(one, cold(), ROWS + 310)).filter(({ id }) => id === raised?.id);
      expect(after.map(({ state }) => state)).toEqual(['firing', 'resolved']);
      const [again, resolved] = after;
      expect(again.summary).toMatch(
        /^a of freezer has values again since .*Z, after 5 hours without one: -1\d.*; expected/,
      );
      expect(again.summary).toMatch(/The alert stays open until it is back to normal\.$/);
      expect(resolved.timeMs - again.timeMs).toBeGreaterThanOrEqual(8 * MINUTE_MS);
      expect(resolved.summary).toMatch(
        / is back to normal after \d+ hours, since .*Z\. For 5 hours of that it had no value\.$/,
      );
    });
  },
);

describe('a gap that is filled with the last values', () => {
  const window = { kind: 'tumbling', size: '1m', gap: { policy: 'carry' } };

  test('neither ends nor holds an incident, and is not scored', () => {
    const detector = new Detector(smallDetector([{}], { window, alert: { budget: '1/week' } }));
    outputsOf(detector, [...cold(), ...WARMS]);
    const scored = detector.counts.rows;
    detector.observe(at(ROWS + 500, -18));
    detector.observe(at(ROWS + 501, -18));
    const [stopped, ...more] = alertsOf(detector.drain()).filter(
      ({ state, value }) => state === 'firing' && value === null,
    );
    expect([stopped.state, more.length]).toEqual(['firing', 0]);
    expect(stopped.summary).toContain(' has no value since ');
    expect([detector.counts.rows - scored, detector.counts.missing]).toEqual([2, 490]);
  });
});

describe('of two channels, one without values', () => {
  const rows = (second: (minute: number) => number, count = ROWS): Observation[] => {
    const values = cold();
    return values.slice(0, count).map((value, minute) => at(minute, value, second(minute)));
  };

  test('the other is scored as ever, and the row counts', () => {
    const detector = new Detector(smallDetector([{}, {}]));
    for (const row of rows(() => NOTHING, 20)) detector.observe(row);
    const scores = scoresOf(detector.drain());
    expect([scores.length, detector.counts.rows, detector.counts.missing]).toEqual([20, 20, 0]);
    expect(scores[19].channels.map(({ value }) => value === null)).toEqual([false, true]);
  });

  test('another channel’s alarm is raised though the alert of the one without values is open', () => {
    const detector = new Detector(smallDetector([{}, {}], { alert: { budget: '1/week' } }));
    const random = new Random(2);
    for (const row of rows((minute) => (minute > 390 ? 60 : random.next()))) detector.observe(row);
    const [raised] = alertsOf(detector.drain()).filter(({ channel }) => channel === 'b');
    expect(raised).toMatchObject({ state: 'firing', revision: 0 });
    const values = cold();
    for (let i = 0; i < 100; i++) detector.observe(at(ROWS + i, i < 90 ? values[i] : 40, NOTHING));
    const steps = alertsOf(detector.drain()).filter(({ id }) => id === raised.id);
    expect(steps.map(({ state, channel }) => `${state} ${channel}`)).toEqual(['firing b', 'firing a']);
    expect(steps[1].summary).toMatch(/^a of freezer is 40; /);
  });

  test('a row with a value only of what is never blamed is not scored', () => {
    const detector = new Detector(smallDetector([{}, { score: false }]));
    detector.observe(at(0, 1, 1));
    detector.observe(at(1, NOTHING, 1));
    expect([scoresOf(detector.drain()).length, detector.counts.missing]).toEqual([1, 1]);
  });
});

describe('a channel that falls silent while its series sends', () => {
  const window = { kind: 'event', gap: { silent_after: '30m' } };

  test('raises an alert of its own beside the open one, and resolves it by a value', () => {
    const detector = new Detector(smallDetector([{ unit: '°C' }], { window, alert: { budget: '1/week' } }));
    const outputs = outputsOf(detector, [...cold(), ...WARMS, ...nulls(60)]);
    const [silent, ...more] = alertsOf(outputs).filter(({ reason }) => reason === 'silent');
    expect(more).toEqual([]);
    expect(silent).toMatchObject({
      state: 'firing',
      channel: 'a',
      severity: 'critical',
      startMs: START + 409 * MINUTE_MS,
    });
    expect(silent.summary).toMatch(
      /^a of freezer has no value since .*Z, for 31 minutes, though freezer sends; it was -3 °C and rising\. /,
    );
    const [resumed] = alertsOf(outputsOf(detector, [-18], ROWS + 70)).filter(({ reason }) => reason === 'silent');
    expect(resumed).toMatchObject({ id: silent.id, state: 'resolved', revision: 1 });
    expect(resumed.summary).toMatch(/^a of freezer has values again since .*Z, after 61 minutes without one\.$/);
  });

  test('is reported where the series has no row yet', () => {
    const detector = new Detector(smallDetector([{}], { window: { ...window, kind: 'tumbling', size: '1d' } }));
    const silent = alertsOf(outputsOf(detector, [1, ...nulls(40)]));
    expect(silent.map(reported)).toEqual(['silent firing 0']);
  });

  test('an alert whose series sends nothing at all says so too', () => {
    const detector = new Detector(smallDetector([{}], { window, alert: { budget: '1/week' } }));
    const before = alertsOf(outputsOf(detector, [...cold(), ...WARMS])).at(-1);
    detector.fallSilent(START + (ROWS + 50) * MINUTE_MS);
    const [stopped, silent] = alertsOf(detector.drain());
    expect([stopped.id, silent.reason, silent.channel]).toEqual([before?.id, 'silent', '']);
    expect(stopped.summary).toMatch(/^a of freezer has no value since .*; it was -3 and rising\. /);
  });
});

test('rows without a value do not warm a series up', () => {
  const detector = new Detector(smallDetector([{}]));
  outputsOf(detector, [...cold().slice(0, 100), ...nulls(500)]);
  expect(detector.warmUp.of('freezer')).toMatchObject({ state: 'warming', rows: 100 });
});
