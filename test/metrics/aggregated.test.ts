import { expect, test } from 'vitest';
import { aggregated } from '../../src/metrics/aggregated.ts';
import { Metrics } from '../../src/metrics/metrics.ts';

/** Metrics of a process that has so many series of the stream, so far on the way. */
async function process(stream: string, series: number, ratio: number | undefined, etaSeconds: number) {
  const metrics = new Metrics();
  metrics.seriesActive.set({ stream }, series);
  metrics.seriesWarming.set({ stream }, series);
  if (ratio !== undefined) metrics.warmUpRatio.set({ stream }, ratio);
  metrics.warmUpEta.set({ stream }, etaSeconds);
  return await metrics.registry.getMetricsAsJSON();
}

test('the warm-up of several processes is the mean over all their series, and the slowest of them', async () => {
  const { text } = await aggregated([await process('room', 3, 1, 10), await process('room', 1, 0.2, 90)]);
  expect(text).toContain('surprisal_warm_up_ratio{stream="room"} 0.8\n');
  expect(text).toContain('surprisal_warm_up_eta_seconds{stream="room"} 90\n');
  expect(text).toContain('surprisal_series_warming{stream="room"} 4\n');
});

test('a process without series of a stream does not change its mean', async () => {
  const { text } = await aggregated([await process('room', 2, 0.5, 0), await process('room', 0, undefined, 0)]);
  expect(text).toContain('surprisal_warm_up_ratio{stream="room"} 0.5\n');
});

test('gauges of single series are those of all processes, each once', async () => {
  const family = (lines: readonly string[]) => [{ name: 'y', help: 'Newest value.', lines }];
  const { text } = await aggregated([
    [...(await process('room', 1, 1, 0)), ...family(['y{series="a b"} 1', 'y{series="moves"} 2'])],
    family(['y{series="moves"} 3', 'y{series="c"} 4']),
  ]);
  expect(text.slice(text.indexOf('# HELP y '))).toBe(
    '# HELP y Newest value.\n# TYPE y gauge\ny{series="a b"} 1\ny{series="moves"} 3\ny{series="c"} 4\n',
  );
});
