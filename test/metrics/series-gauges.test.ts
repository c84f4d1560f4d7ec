import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { ScoreOutput } from '../../src/event/output.ts';
import { SeriesGauges, withFamilies } from '../../src/metrics/series-gauges.ts';

const labelNames = ['stream', 'series', 'channel'];

const row = (series: string, value: number | null = 1): ScoreOutput => ({
  kind: 'score',
  stream: 'room',
  series,
  timeMs: 0,
  channels: [{ channel: 'inside', value, expected: 2, lower: 1.5, upper: 2.5, bits: 3, attribution: 1 }],
  bits: 3,
  pValue: 0.1,
  score: 0.25,
  lead: 0,
  alert: '',
  warming: false,
});

/** All families, and the steps it took. */
function familiesOf(gauges: SeriesGauges, known: readonly string[], warmUp = { ratio: 0.5, etaMs: 90_000 }) {
  const steps = gauges.families((_, series) => (known.includes(series) ? warmUp : undefined));
  for (let count = 0; ; count++) {
    const { done, value } = steps.next();
    if (done === true) return { families: value, count };
  }
}

function shown(gauges: SeriesGauges, known: readonly string[]): readonly string[] {
  return familiesOf(gauges, known).families.flatMap(({ lines }) => lines);
}

test('a series shows its newest row; what is missing is left out', () => {
  const gauges = new SeriesGauges(10);
  gauges.saw(row('a', 7));
  gauges.saw(row('a', null));
  const labels = '{stream="room",series="a",channel="inside"}';
  expect(shown(gauges, ['a'])).toEqual([
    `yhat${labels} 2`,
    `yhat_lower${labels} 1.5`,
    `yhat_upper${labels} 2.5`,
    'anomaly_score{stream="room",series="a"} 0.25',
    'anomaly_firing{stream="room",series="a"} 0',
    'anomaly_warm_up_ratio{stream="room",series="a"} 0.5',
    'anomaly_warm_up_eta_seconds{stream="room",series="a"} 90',
  ]);
});

test('past the most there may be, a new series has none, until another is forgotten', () => {
  const gauges = new SeriesGauges(2);
  for (const series of ['a', 'b', 'c', 'a']) gauges.saw(row(series));
  expect(gauges.isFull).toBe(true);
  const series = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('anomaly_score')).map((line) => /series="(\w)"/.exec(line)?.[1]);
  expect(series(shown(gauges, ['a', 'b', 'c']))).toEqual(['a', 'b']);
  expect(series(shown(gauges, ['b', 'c']))).toEqual(['b']);
  gauges.saw(row('c'));
  expect(series(shown(gauges, ['b', 'c']))).toEqual(['b', 'c']);
});

test('a series of which nobody knows when it will be ready has no such gauge', () => {
  const gauges = new SeriesGauges(1);
  gauges.saw(row('a'));
  const steps = gauges.families(() => ({ ratio: 0, etaMs: undefined }));
  steps.next();
  const text = withFamilies('', steps.next().value ?? []);
  expect(text).toContain('anomaly_warm_up_ratio{stream="room",series="a"} 0\n');
  expect(text).not.toContain('anomaly_warm_up_eta_seconds{');
});

test('many series take many steps, so that others have their turn in between', () => {
  const gauges = new SeriesGauges(1_000);
  const names = Array.from({ length: 1_000 }, (_, n) => `s${n}`);
  for (const series of names) gauges.saw(row(series));
  const { families, count } = familiesOf(gauges, names);
  expect(count).toBe(1_000);
  expect(families.find(({ name }) => name === 'anomaly_score')?.lines).toHaveLength(1_000);
});

test.each(['plain', 'a "quoted" one', 'back\\slash', 'two\nlines', '\\n', 'ä ☃'])(
  'the text of %j is what prom-client writes',
  async (series) => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'y', help: 'Newest value of the series.', labelNames, registers: [registry] });
    gauge.set({ stream: 'room', series, channel: 'inside' }, 7.5e-9);
    const gauges = new SeriesGauges(1);
    gauges.saw(row(series, 7.5e-9));
    const own = withFamilies('', familiesOf(gauges, [series]).families.slice(0, 1));
    expect(own.trim()).toBe((await registry.metrics()).trim());
  },
);
