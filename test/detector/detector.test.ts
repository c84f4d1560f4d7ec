import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { Observation } from '../../src/event/observation.ts';
import type { AlertOutput, Output, ScoreOutput } from '../../src/event/output.ts';
import type { Plain } from '../../src/event/plain.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import { kept, restoredFrom } from './kept.ts';
import { smallDetector } from './options.ts';

const START = 1e12;

const at = (series: string, minute: number, value: number): Observation => ({
  series,
  timeMs: START + minute * MINUTE_MS,
  values: Float64Array.of(value),
});

function outputsOf(detector: Detector, observations: readonly Observation[]): readonly Output[] {
  for (const observation of observations) detector.observe(observation);
  return detector.drain();
}

const scoresOf = (outputs: readonly Output[]): ScoreOutput[] => outputs.filter((output) => output.kind === 'score');
const alertsOf = (outputs: readonly Output[]): AlertOutput[] => outputs.filter((output) => output.kind === 'alert');
const reported = ({ series, reason, state, revision }: AlertOutput): string =>
  `${series} ${reason} ${state} ${revision}`;

/** So many series, a row a minute each, around a slow wave. */
function stream(series: number, minutes: number): Observation[] {
  const random = new Random(3);
  return Array.from({ length: minutes * series }, (_, i) => {
    const minute = Math.floor(i / series);
    return at(`s${i % series}`, minute, Math.sin(minute / 5) + 0.1 * random.normal());
  });
}

describe('nothing is scored by a model that has already learned it', () => {
  const shapes = fc.record({
    series: fc.integer({ min: 1, max: 6 }),
    batch: fc.constantFrom(1, 2, 32),
    learn_every: fc.constantFrom(1, 2, 4),
  });
  const predicted = (score: ScoreOutput | undefined) =>
    score?.channels.map(({ expected, lower, upper }) => [expected, lower, upper]);

  test('what is expected of a row is the same whatever the row is, and nothing before it changes', () => {
    fc.assert(
      fc.property(shapes, fc.nat(119), ({ series, batch, learn_every }, place) => {
        const options = smallDetector([{}], { network: { batch, learn_every } });
        const given = stream(series, 40);
        const changed = place % given.length;
        const other = given.map((o, i) => (i === changed ? { ...o, values: Float64Array.of(77) } : o));
        const [one, two] = [given, other].map((rows) => scoresOf(outputsOf(new Detector(options), rows)));
        expect(two.slice(0, changed)).toEqual(one.slice(0, changed));
        expect(predicted(two[changed])).toEqual(predicted(one[changed]));
      }),
      { numRuns: 40 },
    );
  });

  test('and what is expected of the rows after it does change: it was learned', () => {
    const options = smallDetector([{}, {}], { network: { learn_every: 1 } });
    const rows = (value: number) =>
      Array.from({ length: 30 }, (_, n) => ({
        ...at('s', n, 0),
        values: Float64Array.of(n === 20 ? value : n % 3, 1),
      }));
    const [one, two] = [1, 5].map((value) => scoresOf(outputsOf(new Detector(options), rows(value))));
    // The other channel's inputs are the same: only the weights, and the hidden state, can tell.
    expect(two[21].channels[1].expected).not.toBe(one[21].channels[1].expected);
  });
});

test('each score is between 0 and 1, also that of a first row', () => {
  const rows = Array.from({ length: 30 }, (_, n) => at('s', n, n % 3));
  const scores = scoresOf(outputsOf(new Detector(smallDetector([{}])), rows));
  expect(scores).toHaveLength(30);
  for (const { score, pValue } of scores) {
    for (const share of [score, pValue]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  }
});

describe('a series that falls silent', () => {
  const window = { kind: 'tumbling', size: '10m', gap: { policy: 'carry', silent_after: '3m' } };
  const silent = { silent_after: '3m' };

  test('raises an alert once, and resolves it when it resumes, not when a window closes or is filled', () => {
    const detector = new Detector(smallDetector([{}], { window }));
    const others = Array.from({ length: 60 }, (_, minute) => at('b', minute, 1));
    const outputs = outputsOf(detector, [at('a', 0, 1), ...others, at('a', 60, 2), at('a', 61, 2)]);
    const alerts = alertsOf(outputs);
    expect(alerts.map(reported)).toEqual(['a silent firing 0', 'a silent resolved 1']);
    expect(alerts[1]).toMatchObject({ id: alerts[0].id, startMs: START, endMs: START + 60 * MINUTE_MS });
    expect(alerts[0].summary).toMatch(/^a has sent nothing since .*Z, for \d+ (minutes|seconds)\. /);
    expect(alerts[1].summary).toMatch(/^a sends again since .*Z, after 60 minutes of silence\.$/);
  });

  test('is reported, and resumes, even where it never had a row', () => {
    const detector = new Detector(smallDetector([{}], { window: { ...window, size: '100m' } }));
    const others = Array.from({ length: 20 }, (_, minute) => at('b', minute, 1));
    const outputs = outputsOf(detector, [at('a', 0, 1), ...others, at('a', 20, 2)]);
    expect(outputs.filter(({ kind }) => kind === 'score')).toEqual([]);
    expect(alertsOf(outputs).map(reported)).toEqual(['a silent firing 0', 'a silent resolved 1']);
  });

  test('is no longer reported once it is forgotten: nothing else would ever end its alert', () => {
    const series = { idle_after: '30m' };
    const detector = new Detector(smallDetector([{}], { window: { kind: 'event', gap: silent }, series }));
    const others = Array.from({ length: 40 }, (_, minute) => at('b', minute, 1));
    const alerts = alertsOf(outputsOf(detector, [at('a', 0, 1), ...others]));
    const ofA = alerts.filter((alert) => alert.series === 'a');
    expect(ofA.map(reported)).toEqual(['a silent firing 0', 'a silent resolved 1']);
    expect(ofA[1]).toMatchObject({ id: ofA[0].id, endMs: START + 31 * MINUTE_MS });
    expect(ofA[1].summary).toMatch(/^a is no longer watched: /);
    expect([detector.firing, detector.counts.evicted]).toEqual([0, 1]);
  });

  test('is not reported where it is forgotten in the same step', () => {
    const series = { idle_after: '30m' };
    const detector = new Detector(smallDetector([{}], { window: { kind: 'event', gap: silent }, series }));
    const alerts = alertsOf(outputsOf(detector, [at('a', 0, 1), at('b', 0, 1), at('b', 60, 1), at('b', 61, 1)]));
    expect([alerts.filter((alert) => alert.series === 'a'), detector.firing]).toEqual([[], 0]);
  });

  test('is not forgotten because one clock is wrong', () => {
    const detector = new Detector(smallDetector([{}], { series: { idle_after: '30m' } }));
    const minutes = Array.from({ length: 20 }, (_, i) => ['a', 'b', 'c'].map((series) => at(series, i, 1)));
    outputsOf(detector, [...minutes.flat(), at('c', 600, 1), at('a', 20, 1), at('b', 20, 1)]);
    expect([detector.counts.evicted, detector.seriesCount]).toEqual([0, 3]);
    outputsOf(
      detector,
      Array.from({ length: 40 }, (_, i) => at('a', 21 + i, 1)),
    );
    expect([detector.counts.evicted, detector.seriesCount]).toEqual([2, 1]);
  });

  test('is reported by a tick, with what event time would be, and resumes by what was delayed', () => {
    const detector = new Detector(smallDetector([{}], { window: { kind: 'event', gap: silent } }));
    outputsOf(detector, [at('a', 0, 1), at('b', 1, 1)]);
    expect(detector.fallsSilent(START + 3 * MINUTE_MS)).toBe(false);
    detector.fallSilent(START + 10 * MINUTE_MS);
    const raised = alertsOf(detector.drain());
    expect(raised.map(reported)).toEqual(['a silent firing 0', 'b silent firing 0']);
    expect(raised[0]).toMatchObject({ startMs: START, timeMs: START + 10 * MINUTE_MS });
    expect(raised[0].summary).toContain(', for 10 minutes. ');
    const [resolved] = alertsOf(outputsOf(detector, [at('a', 2, 1)]));
    expect(resolved).toMatchObject({ id: raised[0].id, state: 'resolved', endMs: START + 10 * MINUTE_MS });
    expect(resolved.summary).toMatch(/^a sends again: what it sent from .* on arrived late\.$/);
    expect([detector.watermark, detector.firing]).toEqual([START + MINUTE_MS, 1]);
  });

  test('is reported alike however seldom the detector is drained', () => {
    const options = smallDetector([{}], { window });
    const rows = [at('a', 0, 1), ...stream(2, 45).slice(2), at('a', 60, 2), at('b', 61, 2)];
    const each = new Detector(options);
    const steps = rows.flatMap((row) => outputsOf(each, [row]));
    expect(outputsOf(new Detector(options), rows)).toEqual(steps);
  });
});

test('an alert’s steps share an id, and what is resolved is what was reported: channel, reason and start', () => {
  const random = new Random(5);
  const detector = new Detector(smallDetector([{}, {}], { alert: { budget: '1/week' } }));
  const rows = Array.from({ length: 400 }, (_, minute) => ({
    ...at('s', minute, 0),
    values: Float64Array.of(random.next(), minute === 300 ? 60 : random.next()),
  }));
  const alerts = alertsOf(outputsOf(detector, rows)).filter(({ startMs }) => startMs === START + 300 * MINUTE_MS);
  expect(alerts.map(({ state }) => state)).toEqual(['firing', 'resolved']);
  const [raised, resolved] = alerts;
  expect(raised).toMatchObject({ channel: 'b', reason: 'unusual_value', value: 60, severity: 'warning', revision: 0 });
  const { id, channel, reason, startMs } = raised;
  expect(resolved).toMatchObject({ id, channel, reason, startMs, revision: 1, endMs: resolved.timeMs });
  expect(raised.id).toMatch(/^[0-9a-f]{16}$/);
});

test('an alert that ends says whether it is back to normal, or was learned as usual', () => {
  const summaryOf = (given: object, rows: number, valueAt: (t: number, noise: number) => number) => {
    const random = new Random(5);
    const detector = new Detector(smallDetector([{}], { alert: { budget: '1/week', ...given } }));
    const made = Array.from({ length: rows }, (_, t) => at('s', 5 * t, valueAt(t, random.normal())));
    return alertsOf(outputsOf(detector, made)).find(
      ({ state, startMs }) => state === 'resolved' && startMs > START + 5 * 2_900 * MINUTE_MS,
    )?.summary;
  };
  const once = (t: number, noise: number) => (t === 3_000 ? 60 : noise);
  expect(summaryOf({ keep_firing: '4d' }, 12_000, once)).toMatch(/is back to normal after/);
  expect(summaryOf({ keep_firing: '2h' }, 18_000, (t, noise) => (t > 8_000 ? noise + 6 : noise))).toMatch(
    /is learned as usual/,
  );
});

test('rows and what is dead-lettered come out in the order they went in', () => {
  const detector = new Detector(smallDetector([{}]));
  const reject = { kind: 'reject', stream: 'test', reason: 'late', message: '', offset: 7, record: '' } as const;
  detector.observe(at('a', 0, 1));
  detector.reject(reject);
  detector.observe(at('a', 1, 1));
  expect(detector.drain().map(({ kind }) => kind)).toEqual(['score', 'reject', 'score']);
  expect(detector.drain()).toEqual([]);
});

test('alerts that fire are counted, and still after a restart', () => {
  const window = { kind: 'event', gap: { silent_after: '3m' } };
  const options = smallDetector([{}], { window, alert: { budget: '1/week' } });
  const random = new Random(5);
  const detector = new Detector(options);
  expect(detector.firing).toBe(0);
  const rows = Array.from({ length: 300 }, (_, minute) => at('a', minute, minute < 299 ? random.next() : 60));
  outputsOf(detector, [at('b', 0, 1), ...rows]);
  expect(detector.firing).toBe(2);
  const restored = restoredFrom(kept(detector), new Detector(options));
  expect(restored.firing).toBe(2);
  outputsOf(restored, [at('b', 299, 1)]);
  expect(restored.firing).toBe(1);
});

describe('series past the most there may be', () => {
  test('are forgotten, leave a tombstone, and begin anew', () => {
    const detector = new Detector(smallDetector([{}], { series: { max: 64 } }));
    outputsOf(detector, stream(64, 5));
    expect(kept(detector).has('s/s0')).toBe(true);
    outputsOf(detector, [at('new', 6, 1)]);
    expect([...detector.state.snapshot()]).toContainEqual(['s/s0', null]);
    expect([detector.seriesCount, detector.counts.evicted]).toEqual([64, 1]);
    const [again] = scoresOf(outputsOf(detector, [at('s0', 7, 1)]));
    expect(again.channels[0].expected).toBeNull();
  });
});

test('state of another network is refused, and so is what is no state', () => {
  const made = new Detector(smallDetector([{}]));
  outputsOf(made, stream(2, 5));
  const state = kept(made);
  const other = new Detector(smallDetector([{}], { network: { hidden: 5 } }));
  const torn = new Detector(smallDetector([{}]));
  const foreign = expect.objectContaining({ code: 'state/foreign' });
  for (const name of ['task', 's/s0']) {
    expect(() => other.state.restore(name, state.get(name) ?? null)).toThrow(foreign);
    expect(() => torn.state.restore(name, { layout: 'x' })).toThrow(foreign);
  }
  for (const part of ['weights', 'shared']) {
    const task = state.get('task') as Readonly<Record<string, Plain>>;
    const cut = (task[part] as Uint8Array).slice(1);
    expect(() => torn.state.restore('task', { ...task, [part]: cut })).toThrow(foreign);
  }
});

test('a counter is scored by its rate: neither a wrap nor a reset raises an alert, and a rate out of all proportion does', () => {
  const detector = new Detector(smallDetector([{ transform: 'counter', unit: 'B/s' }]));
  let count = 2 ** 32 - 300_000;
  const rows = Array.from({ length: 900 }, (_, i) => {
    count += i === 800 ? 4_000_000 : 540 + ((i * 7) % 13) * 10;
    if (i === 600) count = 0;
    if (count >= 2 ** 32) count -= 2 ** 32;
    return at('a', i, count);
  });
  const outputs = outputsOf(detector, rows);
  const raised = alertsOf(outputs).filter(({ state, revision }) => state === 'firing' && revision === 0);
  expect(raised.map(({ timeMs }) => (timeMs - START) / MINUTE_MS)).toEqual([800]);
  expect(raised[0].value).toBeCloseTo(4_000_000 / 60, 6);
});
