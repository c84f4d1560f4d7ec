import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { Observation } from '../../src/event/observation.ts';
import type { AlertOutput, Output } from '../../src/event/output.ts';
import { DAY_MS, MINUTE_MS } from '../../src/event/time.ts';
import { Random } from '../../src/math/random.ts';
import type { Insight } from '../../src/similar/insight.ts';
import type { GivenVerdict, VerdictStep } from '../../src/similar/verdicts.ts';
import { decode, encode } from '../../src/store/codec.ts';
import { kept, restoredFrom } from './kept.ts';
import { smallDetector } from './options.ts';

const START = 1e12;
const ROWS = 1600;
/** Incidents of one kind begin here, each so long; one of another kind begins at the last. */
const ALIKE = [600, 900, 1200];
const OTHER = 1470;
const LASTS = 14;

type Step = Observation | { readonly answer: VerdictStep };

function rows(): Observation[] {
  const random = new Random(5);
  return Array.from({ length: ROWS }, (_, n) => {
    const values = ['a', 'b'].map((series) => {
      const usual = Math.sin(n / 5) + 0.1 * random.normal();
      const alike = ALIKE.findIndex((from) => n >= from && n < from + LASTS);
      const isOther = n >= OTHER && n < OTHER + LASTS;
      const value =
        usual + (alike >= 0 ? 12 * (alike + 1) ** 2 * (1 + (n % 300)) : 0) + (isOther ? (n % 2 === 0 ? 9e3 : -9e3) : 0);
      return { series, timeMs: START + n * MINUTE_MS, values: Float64Array.of(value) };
    });
    return values;
  }).flat();
}

const RECORDS = rows();
const fresh = () =>
  new Detector(smallDetector([{}], { alert: { budget: '12/day', keep_firing: '15m' }, network: { steps: 16 } }));
/** Place among the steps of the row of series `a` with this number. */
const placeOf = (row: number) => 2 * row;

interface Played {
  readonly outputs: readonly Output[];
  readonly insights: readonly Insight[];
}

function played(detector: Detector, steps: readonly Step[], batch = 100): Played {
  const outputs: Output[] = [];
  const insights: Insight[] = [];
  for (const [n, step] of steps.entries()) {
    if ('answer' in step) detector.answer(step.answer);
    else detector.observe(step);
    if ((n + 1) % batch !== 0 && n + 1 < steps.length) continue;
    outputs.push(...detector.drain());
    insights.push(...detector.insights);
  }
  return { outputs, insights };
}

/** The records with answers before those at these places. */
function withAnswers(answers: readonly (readonly [place: number, answer: VerdictStep])[]): readonly Step[] {
  return RECORDS.flatMap((record, place): Step[] => [
    ...answers.filter(([at]) => at === place).map(([, answer]) => ({ answer })),
    record,
  ]);
}

const alertsOf = ({ outputs }: Played): AlertOutput[] =>
  outputs
    .filter((output) => output.kind === 'alert' && output.series === 'a')
    .flatMap((o) => (o.kind === 'alert' ? [o] : []));
const rowOf = ({ timeMs }: { readonly timeMs: number }) => (timeMs - START) / MINUTE_MS;
/** Rows of series a at which an alert was raised. */
const raisedAt = (run: Played) =>
  alertsOf(run)
    .filter(({ state, revision }) => state === 'firing' && revision === 0)
    .map(rowOf);
/** Whether one was raised in the incident that begins here. */
const raisedIn = (run: Played, from: number) => raisedAt(run).some((row) => row >= from && row < from + LASTS);

const plain = played(fresh(), RECORDS);
const first = alertsOf(plain).find((alert) => rowOf(alert) >= ALIKE[0] && alert.state === 'firing');

function verdictOn(alert: AlertOutput | undefined, changed: Partial<GivenVerdict> = {}): GivenVerdict {
  const signature = plain.insights
    .filter(({ id }) => id === alert?.id)
    .findLast(({ signature }) => signature)?.signature;
  if (alert === undefined || signature === undefined) throw new Error('there is no such alert');
  const { id, series } = alert;
  const givenMs = START + 700 * MINUTE_MS;
  return {
    ...{ alert: id, series, verdict: 'expected', note: '', severity: 'critical', givenMs, untilMs: givenMs + DAY_MS },
    signature: { ...signature, outlines: signature.outlines.map((outline) => [...outline]) },
    ...changed,
  };
}

const expected = withAnswers([[placeOf(700), verdictOn(first)]]);
const quiet = played(fresh(), expected);

describe('without a verdict', () => {
  test('every incident raises an alert, and is noted with what it looks like and what found it', () => {
    for (const from of [...ALIKE, OTHER]) expect([from, raisedIn(plain, from)]).toEqual([from, true]);
    const noted = plain.insights.filter(({ id }) => id === first?.id);
    expect(noted.at(-1)?.signature?.outlines).toHaveLength(3);
    const shares = noted.flatMap(({ statistics }) => statistics ?? []);
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeGreaterThan(0.99);
    expect(plain.insights.some(({ quieted }) => quieted)).toBe(false);
  });

  test('the state has nothing of verdicts', () => {
    const detector = fresh();
    played(detector, RECORDS.slice(0, 100));
    expect(Object.keys(Object(kept(detector).get('task')))).not.toContain('verdicts');
  });
});

describe('after "expected"', () => {
  test('incidents like it stay quiet, in that series alone, and it is known by which verdict', () => {
    expect(raisedIn(quiet, ALIKE[0])).toBe(true);
    expect(raisedIn(quiet, ALIKE[1])).toBe(false);
    expect(raisedIn(quiet, ALIKE[2])).toBe(false);
    const steps = quiet.insights.flatMap(({ quieted }) => quieted ?? []);
    expect(steps.map(({ by }) => by)).toContain(first?.id);
    expect(steps.map(({ step }) => step.state)).toContain('resolved');
    const others = ({ outputs }: Played) => outputs.filter((output) => output.series === 'b');
    expect(others(quiet)).toEqual(others(plain));
  });

  test('an incident of another kind raises its alert', () => {
    expect(raisedIn(quiet, OTHER)).toBe(true);
  });

  test('scores are what they were, and name no alert that is quiet', () => {
    const scores = ({ outputs }: Played) => outputs.flatMap((o) => (o.kind === 'score' ? [{ ...o, alert: '' }] : []));
    expect(scores(quiet)).toEqual(scores(plain));
    const named = quiet.outputs.flatMap((o) => (o.kind === 'score' && o.series === 'a' && o.alert !== '' ? [o] : []));
    const during = named.filter((o) => rowOf(o) >= ALIKE[1] && rowOf(o) < OTHER);
    expect(during).toEqual([]);
  });

  test('nothing stays quiet once the verdict is over', () => {
    const short = verdictOn(first, { untilMs: START + 800 * MINUTE_MS });
    expect(raisedIn(played(fresh(), withAnswers([[placeOf(700), short]])), ALIKE[1])).toBe(true);
  });

  test('undo brings the incident back at its next row, with the id it has, as a new alert', () => {
    const at = ALIKE[1] + 6;
    const undone = played(
      fresh(),
      withAnswers([
        [placeOf(700), verdictOn(first)],
        [placeOf(at), { undo: first?.id ?? '' }],
      ]),
    );
    expect(raisedAt(undone).filter((row) => row >= ALIKE[1] && row < ALIKE[1] + LASTS)).toEqual([at]);
    const ids = (run: Played) => new Set(alertsOf(run).map(({ id }) => id));
    expect(ids(undone)).toEqual(ids(plain));
    expect(raisedIn(undone, ALIKE[2])).toBe(true);
  });

  test('a verdict on a warning does not quiet what is critical', () => {
    const onWarning = verdictOn(first, { severity: 'warning' });
    const run = played(fresh(), withAnswers([[placeOf(700), onWarning]]));
    const critical = alertsOf(plain).filter(
      (a) => a.severity === 'critical' && rowOf(a) >= ALIKE[1] && rowOf(a) < OTHER,
    );
    expect(critical.length).toBeGreaterThan(0);
    for (const { id } of critical) expect(alertsOf(run).map((alert) => alert.id)).toContain(id);
  });
});

test('after "real" everything is as without', () => {
  const real = withAnswers([[placeOf(700), verdictOn(first, { verdict: 'real' })]]);
  expect(played(fresh(), real).outputs).toEqual(plain.outputs);
});

describe('the same bytes', () => {
  const text = ({ outputs }: Played) => JSON.stringify(outputs);
  const steps = withAnswers([
    [placeOf(700), verdictOn(first)],
    [placeOf(ALIKE[1] + 6) + 1, { undo: first?.id ?? '' }],
    [placeOf(1000), verdictOn(first)],
  ]);
  const whole = text(played(fresh(), steps, steps.length));

  test.each([1, 7, 1000])('in batches of %i as in one', (batch) => {
    expect(text(played(fresh(), steps, batch))).toBe(whole);
  });

  test('with 50 kills: what survives is the bytes of the snapshot', () => {
    const state = new Map<string, Uint8Array>();
    const outputs: Output[] = [];
    const size = Math.ceil(steps.length / 50);
    for (let from = 0; from < steps.length; from += size) {
      const detector = restoredFrom(new Map([...state].map(([name, bytes]) => [name, decode(name, bytes)])), fresh());
      outputs.push(...played(detector, steps.slice(from, from + size)).outputs);
      for (const [name, entry] of detector.state.snapshot()) {
        if (entry === null) state.delete(name);
        else state.set(name, encode(name, entry));
      }
    }
    expect(JSON.stringify(outputs)).toBe(whole);
  });
});
