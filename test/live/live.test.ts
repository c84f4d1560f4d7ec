import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { AlertOutput } from '../../src/event/output.ts';
import { Live } from '../../src/live/live.ts';
import { historyBytes, pageOptions } from '../../src/live/options.ts';
import { alertsQuery, seriesQuery } from '../../src/live/query.ts';
import { alertsPageOf } from '../../src/live/recent-alerts.ts';
import { alert, score } from '../sink/outputs.ts';

const CHANNELS = [
  { name: 'inside', unit: '°C' },
  { name: 'outside', unit: '°C' },
];

function live(options: object = {}) {
  return new Live([{ name: 'thermostat', channels: CHANNELS }], pageOptions.parse(options));
}

/** A row of a series at minute `n`, of which `value` was seen. */
function row(series: string, n: number, value = n, more: Partial<Parameters<typeof score>[0]> = {}) {
  const expected = { expected: value + 1, lower: value - 1, upper: value + 3 };
  const [inside, outside] = score().channels;
  return score({ series, timeMs: n * 60_000, channels: [{ ...inside, value, ...expected }, outside], ...more });
}

function names(live: Live, query: object = {}) {
  return live.series(seriesQuery.parse(query)).series.map(({ name }) => name);
}

const alerts = (live: Live, query: object = {}) => alertsPageOf(live.alerts, alertsQuery.parse(query));

test('a series has its newest rows, oldest first, and no more of them than are kept', () => {
  const kept = live({ points: 10 });
  for (let n = 1; n <= 25; n++) kept.emitted('thermostat', [row('home 1', n)]);
  const history = kept.history({ stream: 'thermostat', series: 'home 1' });
  expect(history?.timeMs).toEqual(Array.from({ length: 10 }, (_, i) => (16 + i) * 60_000));
  expect(history?.channels[0]).toMatchObject({ name: 'inside', unit: '°C' });
  expect(history?.channels[0].value).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  expect(history?.channels[0].upper).toEqual([19, 20, 21, 22, 23, 24, 25, 26, 27, 28]);
  expect(history?.channels[1].value).toEqual(Array(10).fill(null));
  expect(kept.history({ stream: 'thermostat', series: 'home 1', after: 23 * 60_000 })?.timeMs).toHaveLength(2);
  expect(kept.history({ stream: 'thermostat', series: 'home 2' })).toBeUndefined();
});

test('a counter of a billion keeps its steps', () => {
  const kept = live();
  for (let n = 0; n < 5; n++) kept.emitted('thermostat', [row('meter', n, 3_000_000_000 + n)]);
  expect(kept.history({ stream: 'thermostat', series: 'meter' })?.channels[0].value).toEqual(
    [0, 1, 2, 3, 4].map((n) => 3_000_000_000 + n),
  );
});

test('series are listed with those that fire first, then by how surprising they are, or by name as people count', () => {
  const kept = live();
  const scores = { 'home 2': 0.2, 'home 10': 0.4, 'home 1': 0.1, 'home 3': 0.3 };
  for (const [name, score] of Object.entries(scores)) {
    kept.emitted('thermostat', [row(name, 1, 20, { score, alert: name === 'home 3' ? 'a'.repeat(16) : '' })]);
  }
  expect(names(kept)).toEqual(['home 3', 'home 10', 'home 2', 'home 1']);
  expect(names(kept, { sort: 'name' })).toEqual(['home 1', 'home 2', 'home 3', 'home 10']);
  expect(names(kept, { search: 'HOME 1', sort: 'name', limit: 1, offset: 1 })).toEqual(['home 10']);
  expect(kept.series(seriesQuery.parse({ search: 'home 1', limit: 1 })).total).toBe(2);
});

test('the first series keep their places; one with an alert takes that of the calm one that was silent longest', () => {
  const kept = live({ max_series: 2 });
  kept.emitted('thermostat', [row('a', 1), row('b', 2), row('c', 3)]);
  expect(names(kept, { sort: 'name' })).toEqual(['a', 'b']);
  kept.emitted('thermostat', [row('a', 4, 1, { alert: 'a'.repeat(16) }), row('d', 5, 1, { alert: 'd'.repeat(16) })]);
  expect(names(kept, { sort: 'name' })).toEqual(['a', 'd']);
  kept.emitted('thermostat', [row('e', 6, 1, { alert: 'e'.repeat(16) })]);
  expect(names(kept, { sort: 'name' })).toEqual(['a', 'd']);
  expect(kept.history({ stream: 'thermostat', series: 'd' })?.timeMs).toEqual([5 * 60_000]);
});

test('the bytes that a history takes are those that `plan` counts', () => {
  const points = 2_000;
  const before = memory();
  const kept = live({ points, max_series: 500 });
  for (let n = 0; n < 500; n++) kept.emitted('thermostat', [row(`home ${n}`, 1)]);
  const each = (memory() - before) / 500;
  expect(each / historyBytes({ points }, CHANNELS.length)).toBeCloseTo(1, 1);
  expect(kept.series(seriesQuery.parse({})).total).toBe(500);
});

/** Of all arrays that are in use: what files before this one left behind is collected first. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { arrayBuffers } = process.memoryUsage();
  return arrayBuffers;
}

test('an alert keeps what was seen at its worst, with its row, and every step of its life', () => {
  const kept = live();
  const at = (n: number, some: Partial<AlertOutput>) => alert({ timeMs: n * 60_000, startMs: 60_000, ...some });
  kept.emitted('thermostat', [row('home 3', 1), at(1, { severity: 'warning', value: 18 })]);
  kept.emitted('thermostat', [row('home 3', 2), at(2, { revision: 1, value: 12.1 })]);
  kept.emitted('thermostat', [
    row('home 3', 9),
    at(9, { revision: 2, state: 'resolved', summary: 'back to normal', value: 20, endMs: 540_000 }),
  ]);
  const found = kept.alert('0123456789abcdef');
  expect(found).toMatchObject({ state: 'resolved', severity: 'critical', value: 12.1, unit: '°C', endMs: 540_000 });
  expect(found?.summary).toBe('inside is 12.1 °C where 20.3 °C was expected');
  expect(found?.steps.map(({ state, severity }) => [state, severity])).toEqual([
    ['firing', 'warning'],
    ['firing', 'critical'],
    ['resolved', 'critical'],
  ]);
  expect(found?.parts.map(({ channel, attribution }) => [channel, attribution])).toEqual([
    ['inside', 0.75],
    ['outside', 0.25],
  ]);
});

test('a step that comes again, as after a crash, changes nothing', () => {
  const kept = live();
  kept.emitted('thermostat', [alert()]);
  const { alertsVersion } = kept.pulse();
  kept.emitted('thermostat', [alert({ summary: 'again' })]);
  expect(kept.pulse().alertsVersion).toBe(alertsVersion);
  expect(kept.alert('0123456789abcdef')?.steps).toHaveLength(1);
});

test('beyond the most alerts the oldest resolved one is dropped, and one that fires stays', () => {
  const kept = live({ max_alerts: 10 });
  const numbered = (n: number, some: Partial<AlertOutput> = {}) =>
    alert({ id: n.toString(16).padStart(16, '0'), startMs: n, series: `home ${n}`, ...some });
  for (let n = 0; n < 10; n++) kept.emitted('thermostat', [numbered(n)]);
  kept.emitted('thermostat', [numbered(4, { revision: 1, state: 'resolved', endMs: 5 })]);
  kept.emitted('thermostat', [numbered(10)]);
  expect(alerts(kept).alerts.map(({ startMs }) => startMs)).toEqual([10, 9, 8, 7, 6, 5, 3, 2, 1, 0]);
});

test('alerts are found by state, severity, series and words, newest first', () => {
  const kept = live();
  const numbered = (n: number, some: Partial<AlertOutput>) =>
    alert({ id: n.toString(16).padStart(16, '0'), startMs: n, series: `home ${n}`, ...some });
  kept.emitted('thermostat', [
    numbered(1, { severity: 'warning' }),
    numbered(2, {}),
    numbered(3, { summary: 'the furnace is cold' }),
  ]);
  kept.emitted('thermostat', [numbered(2, { revision: 1, state: 'resolved', endMs: 9 })]);
  const found = (query: object) => alerts(kept, query).alerts.map(({ startMs }) => startMs);
  expect(found({})).toEqual([3, 2, 1]);
  expect(found({ state: 'firing' })).toEqual([3, 1]);
  expect(found({ severity: 'warning' })).toEqual([1]);
  expect(found({ series: 'home 2' })).toEqual([2]);
  expect(found({ search: 'Furnace' })).toEqual([3]);
  expect(alerts(kept, { limit: 1 })).toMatchObject({ total: 3, firing: 2 });
});

test('rejected records are counted by reason, with the first examples, and nothing in them that a screen would obey', () => {
  const kept = live();
  const reject = (message: string, text: string) => ({
    kind: 'reject' as const,
    stream: 'thermostat',
    reason: 'decode/syntax',
    message,
    offset: 0,
    record: Buffer.from(text).toString('base64'),
  });
  for (let n = 0; n < 5; n++) kept.emitted('thermostat', [reject(`number ${n}`, `{"n":${n}\u001b[2J`)]);
  kept.emitted('thermostat', [{ ...reject('late', 'x'.repeat(1_000)), reason: 'late' }]);
  const { rejected, rejects } = kept.counts('thermostat');
  expect(rejected).toBe(6);
  expect(rejects.map(({ reason, count }) => [reason, count])).toEqual([
    ['decode/syntax', 5],
    ['late', 1],
  ]);
  expect(rejects[0].examples).toEqual([0, 1, 2].map((n) => ({ message: `number ${n}`, record: `{"n":${n}·[2J` })));
  expect(rejects[1].examples[0].record).toBe(`${'x'.repeat(300)}…`);
});
