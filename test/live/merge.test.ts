import { expect, test } from 'vitest';
import { Live } from '../../src/live/live.ts';
import { mergedAlerts, mergedPulses, mergedSeries, newestHistory } from '../../src/live/merge.ts';
import { pageOptions } from '../../src/live/options.ts';
import { alertsQuery, seriesQuery } from '../../src/live/query.ts';
import { alert, score } from '../sink/outputs.ts';

/** Two workers that share a stream: the series `b` has moved from the first to the second. */
function workers(): readonly [Live, Live] {
  const channels = ['inside', 'outside'].map((name) => ({ name, unit: '' }));
  const make = () => new Live([{ name: 'thermostat', channels }], pageOptions.parse({}));
  const both = [make(), make()] as const;
  const row = (series: string, timeMs: number, high = 0.1) => score({ series, timeMs, score: high });
  both[0].emitted('thermostat', [row('a', 1, 0.3), row('b', 1), alert({ series: 'b' })]);
  both[1].emitted('thermostat', [row('b', 2, 0.4), row('c', 2, 0.2)]);
  both[1].emitted('thermostat', [alert({ series: 'b', revision: 1, state: 'resolved', endMs: 2 })]);
  return both;
}

test('the series of all workers are one list, each as its newest row has it', () => {
  const query = seriesQuery.parse({ limit: 2 });
  const merged = mergedSeries(
    workers().map((live) => live.series(query)),
    query,
  );
  expect(merged.series.map(({ name, timeMs }) => [name, timeMs])).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('an alert that began with one worker and ended with another is resolved', () => {
  const merged = mergedAlerts(
    workers().flatMap((live) => live.alerts),
    alertsQuery.parse({}),
  );
  expect(merged).toMatchObject({ total: 1, firing: 0, alerts: [{ state: 'resolved' }] });
});

test('of a history that two workers know, the one that reaches further is shown', () => {
  const histories = workers().map((live) => live.history({ stream: 'thermostat', series: 'b' }));
  expect(newestHistory(histories.filter((found) => found !== undefined))?.timeMs).toEqual([2]);
  expect(newestHistory([])).toBeUndefined();
});

test('counts of all workers are added up', () => {
  const [first, second] = workers();
  first.consumed('thermostat', 7);
  second.consumed('thermostat', 5);
  const merged = mergedPulses([first.pulse(), second.pulse()]);
  expect(merged.streams).toMatchObject([{ name: 'thermostat', records: 12, rows: 4, rejected: 0 }]);
});
