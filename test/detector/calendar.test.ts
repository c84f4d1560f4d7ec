import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { AlertOutput, Output, ScoreOutput } from '../../src/event/output.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import { LocalClock } from '../../src/feature/local-clock.ts';
import { Random } from '../../src/math/random.ts';
import { smallDetector } from './options.ts';

const scoresOf = (outputs: readonly Output[]): ScoreOutput[] => outputs.filter((output) => output.kind === 'score');
const alertsOf = (outputs: readonly Output[]): AlertOutput[] => outputs.filter((output) => output.kind === 'alert');
const raisedOf = (outputs: readonly Output[]) =>
  alertsOf(outputs).filter(({ state, revision }) => state === 'firing' && revision === 0);

describe('a change of the clocks', () => {
  /** Both have their edges in the night, where the clocks change. */
  const patterns: Readonly<Record<string, (hour: number) => number>> = {
    peak: (hour) => 10 + 30 * Math.exp(-((hour - 2) ** 2) / 0.5),
    job: (hour) => (hour >= 1.5 && hour < 2.5 ? 30 : 10) + 3 * Math.sin((Math.PI * hour) / 12),
  };
  const network = { hidden: 16, engine: 'auto', steps: 32, learn_every: 8 };

  /** Alerts raised within 26 hours of `atMs`, after two weeks of a pattern by the wall clock. */
  function raised(zone: string, local: (timeMs: number) => number, atMs: number, pattern: string) {
    const features = { zone, calendar: ['time_of_day', 'day_of_week'], season: '1d' };
    const alert = { budget: '1/week', after_rows: 1500 };
    const detector = new Detector(smallDetector([{ resolution: 0.01 }], { alert, features, network }));
    const random = new Random(1);
    for (let timeMs = atMs - 14 * DAY_MS; timeMs < atMs + 26 * HOUR_MS; timeMs += 5 * MINUTE_MS) {
      const hour = (local(timeMs) / HOUR_MS) % 24;
      detector.observe({
        series: 'a',
        timeMs,
        values: Float64Array.of(patterns[pattern](hour) + 0.3 * random.normal()),
      });
    }
    return raisedOf(detector.drain()).filter(({ timeMs }) => timeMs >= atMs).length;
  }

  const changes = [
    ['America/New_York', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01T06:00Z'],
    ['Europe/Berlin', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ] as const;
  const cases = changes.flatMap(([zone, at]) => Object.keys(patterns).map((pattern) => [zone, at, pattern] as const));

  test.each(cases)(
    'in %s at %s raises no alert over a daily %s that a day without one would not',
    (zone, at, pattern) => {
      const clock = new LocalClock(zone);
      const atMs = Date.parse(at);
      const without = raised('UTC', (timeMs) => timeMs, clock.local(atMs - 1) + 1, pattern);
      expect(raised(zone, (timeMs) => clock.local(timeMs), atMs, pattern)).toBeLessThanOrEqual(without);
    },
  );

  test('hides what is wrong for no longer than two hours', () => {
    const atMs = Date.parse('2026-03-29T01:00Z');
    const features = { zone: 'Europe/Berlin', season: '1d' };
    const isFound = (wrongMs: number) => {
      const detector = new Detector(smallDetector([{}], { alert: { budget: '1/week' }, features }));
      const random = new Random(2);
      for (let timeMs = atMs - 3 * DAY_MS; timeMs < atMs + 3 * HOUR_MS; timeMs += 5 * MINUTE_MS) {
        const wrong = timeMs === wrongMs ? 99 : 0;
        detector.observe({ series: 'a', timeMs, values: Float64Array.of(random.normal() + wrong) });
      }
      return raisedOf(detector.drain()).some(({ timeMs }) => timeMs === wrongMs);
    };
    expect([isFound(atMs + HOUR_MS), isFound(atMs + 2 * HOUR_MS + 5 * MINUTE_MS)]).toEqual([false, true]);
  });
});

describe('sessions', () => {
  const sessions = { zone: 'America/New_York', open: '9:30', close: '16:00' };
  const utc = (text: string): number => Date.parse(text);
  const OPEN = utc('2026-11-30T14:30Z');

  function exchange(channel: object = {}, { window = { kind: 'event' }, features = {} }: Record<string, object> = {}) {
    const detector = new Detector(smallDetector([channel], { window, features: { sessions, ...features } }));
    const observe = (series: string, timeMs: number, value = 1) =>
      detector.observe({ series, timeMs, values: Float64Array.of(value) });
    return { detector, observe };
  }

  test('what lies outside them is counted, and neither scored nor learned', () => {
    const { detector, observe } = exchange();
    for (const minute of [-90, -1, 0, 1, 390, 391]) observe('a', OPEN + minute * MINUTE_MS);
    const times = scoresOf(detector.drain()).map(({ timeMs }) => (timeMs - OPEN) / MINUTE_MS);
    expect(times).toEqual([0, 1, 390]);
    expect(detector.counts).toMatchObject({ rows: 3, outside: 3 });
  });

  test('a gap at night is filled with no rows', () => {
    const { detector, observe } = exchange({}, { window: { kind: 'tumbling', size: '5m', gap: { policy: 'zero' } } });
    observe('a', OPEN + 388 * MINUTE_MS);
    observe('a', OPEN + DAY_MS + 12 * MINUTE_MS);
    const ends = scoresOf(detector.drain()).map(({ timeMs }) => (timeMs - OPEN) / MINUTE_MS);
    expect(ends).toEqual([390, 1445, 1450]);
    expect(detector.counts.outside).toBe((1440 - 390) / 5);
  });

  test('a log-return does not cross the night, and is back a minute later', () => {
    const { detector, observe } = exchange({ transform: 'log_return' });
    for (let day = 0; day < 3; day++) {
      for (let minute = 0; minute < 390; minute++)
        observe('a', OPEN + day * DAY_MS + minute * MINUTE_MS, 100 + 50 * day + (minute % 3));
    }
    const scores = scoresOf(detector.drain());
    const open = scores.filter(({ timeMs }) => (timeMs - OPEN) % DAY_MS === 0);
    expect(open.map(({ channels: [{ bits }] }) => bits)).toEqual([0, 0, 0]);
    expect(scores[391].channels[0].bits).toBeGreaterThan(0);
    expect(raisedOf(detector.drain())).toEqual([]);
  });

  describe('a series is not silent because they are over', () => {
    const window = { kind: 'event', gap: { silent_after: '5m' } };

    test('by the times of the others, over a night and a weekend', () => {
      const { detector, observe } = exchange({}, { window });
      for (const [day, last] of [
        [3, 389],
        [4, 10],
        [7, 3],
      ]) {
        for (let minute = 0; minute <= last; minute++) {
          observe('a', OPEN + day * DAY_MS + minute * MINUTE_MS);
          observe('b', OPEN + day * DAY_MS + minute * MINUTE_MS);
        }
        if (day === 4)
          for (let minute = 11; minute < 390; minute++) observe('b', OPEN + 4 * DAY_MS + minute * MINUTE_MS);
      }
      const alerts = alertsOf(detector.drain()).map(({ series, state, timeMs }) => [
        series,
        state,
        (timeMs - OPEN) / MINUTE_MS,
      ]);
      expect(alerts).toEqual([
        ['a', 'firing', 4 * 1440 + 16],
        ['a', 'resolved', 7 * 1440],
      ]);
    });

    test('by the wall clock', () => {
      const { detector, observe } = exchange({}, { window });
      observe('a', OPEN + 389 * MINUTE_MS);
      expect(detector.fallsSilent(OPEN + DAY_MS - MINUTE_MS)).toBe(false);
      expect(detector.fallsSilent(OPEN + DAY_MS + 4 * MINUTE_MS)).toBe(false);
      expect(detector.fallsSilent(OPEN + DAY_MS + 4 * MINUTE_MS + 1)).toBe(true);
    });
  });

  test('what was learned in one is scored in the next: a night is no step of the sampling interval', () => {
    const rows = (features: object) => {
      const { detector, observe } = exchange({}, { features });
      const random = new Random(5);
      for (let day = 0; day < 2; day++) {
        for (let minute = 0; minute < 390; minute++)
          observe('a', OPEN + day * DAY_MS + minute * MINUTE_MS, random.normal());
      }
      return scoresOf(detector.drain())[390].channels[0].expected;
    };
    const joined = new Detector(smallDetector([{}]));
    const random = new Random(5);
    for (let minute = 0; minute < 780; minute++) {
      joined.observe({ series: 'a', timeMs: OPEN + minute * MINUTE_MS, values: Float64Array.of(random.normal()) });
    }
    const expected = scoresOf(joined.drain())[390].channels[0].expected ?? Number.NaN;
    expect(rows({})).toBeCloseTo(expected, 9);
    expect(rows({ sessions: undefined })).not.toBeCloseTo(expected, 9);
  });
});
