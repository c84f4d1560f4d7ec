import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { ScoreOutput } from '../../src/event/output.ts';
import { SeriesGauges } from '../../src/metrics/series-gauges.ts';

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

async function shown(gauges: SeriesGauges, registry: Registry, known: readonly string[]): Promise<readonly string[]> {
  gauges.refresh((_, series) => (known.includes(series) ? { ratio: 0.5, etaMs: 90_000 } : undefined));
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('a series shows its newest row; what is missing is left out', async () => {
  const registry = new Registry();
  const gauges = new SeriesGauges(registry, 10);
  gauges.saw(row('a', 7));
  gauges.saw(row('a', null));
  const labels = '{stream="room",series="a",channel="inside"}';
  expect(await shown(gauges, registry, ['a'])).toEqual([
    `yhat${labels} 2`,
    `yhat_lower${labels} 1.5`,
    `yhat_upper${labels} 2.5`,
    'anomaly_score{stream="room",series="a"} 0.25',
    'anomaly_firing{stream="room",series="a"} 0',
    'anomaly_warm_up_ratio{stream="room",series="a"} 0.5',
    'anomaly_warm_up_eta_seconds{stream="room",series="a"} 90',
  ]);
});

test('past the most there may be, a new series has none, until another is forgotten', async () => {
  const registry = new Registry();
  const gauges = new SeriesGauges(registry, 2);
  for (const series of ['a', 'b', 'c', 'a']) gauges.saw(row(series));
  expect(gauges.isFull).toBe(true);
  const series = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('anomaly_score')).map((line) => /series="(\w)"/.exec(line)?.[1]);
  expect(series(await shown(gauges, registry, ['a', 'b', 'c']))).toEqual(['a', 'b']);
  expect(series(await shown(gauges, registry, ['b', 'c']))).toEqual(['b']);
  gauges.saw(row('c'));
  expect(series(await shown(gauges, registry, ['b', 'c']))).toEqual(['b', 'c']);
});

test('a series of which nobody knows when it will be ready has no such gauge', async () => {
  const registry = new Registry();
  const gauges = new SeriesGauges(registry, 1);
  gauges.saw(row('a'));
  gauges.refresh(() => ({ ratio: 0, etaMs: undefined }));
  const text = await registry.metrics();
  expect(text).toContain('anomaly_warm_up_ratio{stream="room",series="a"} 0\n');
  expect(text).not.toContain('anomaly_warm_up_eta_seconds{');
});
