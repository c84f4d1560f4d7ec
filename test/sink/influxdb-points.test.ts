import { describe, expect, test } from 'vitest';
import type { ScoreOutput } from '../../src/event/output.ts';
import { plainText, pointsOf } from '../../src/sink/influxdb/points.ts';
import { alert, deliveries, score } from './outputs.ts';

describe('a score', () => {
  test('is a point for each channel, with sorted tags for what it is about and fields for what was found', () => {
    expect(pointsOf(score(), 0)).toEqual([
      {
        measurement: 'surprisal_score',
        tags: { channel: 'inside', series: 'home 3', stream: 'thermostat' },
        fields: {
          ...{ value: 12.1, expected: 20.3, lower: 19.5, upper: 21 },
          ...{ bits: 21.44, attribution: 0.75, p_value: 0.001, score: 0.93 },
        },
        timestamp: '1767269100000000000',
      },
      {
        measurement: 'surprisal_score',
        tags: { channel: 'outside', series: 'home 3', stream: 'thermostat' },
        fields: { bits: 0, attribution: 0.25, p_value: 0.001, score: 0.93 },
        timestamp: '1767269100000000000',
      },
    ]);
    for (const { tags } of pointsOf(score(), 0))
      expect(Object.keys(tags ?? {})).toEqual(['channel', 'series', 'stream']);
  });

  test('leaves out NaN, infinity and null, and a point of which nothing is left', () => {
    const [nothing] = [{ channel: 'a', value: NaN, expected: null, lower: -Infinity, upper: Infinity }];
    const unknown: Partial<ScoreOutput> = { channels: [{ ...nothing, bits: NaN, attribution: NaN }] };
    expect(pointsOf(score({ ...unknown, score: 0.5, pValue: NaN }), 0)[0]?.fields).toEqual({ score: 0.5 });
    expect(pointsOf(score({ ...unknown, score: NaN, pValue: NaN }), 0)).toEqual([]);
  });

  test('keeps a time finer than a millisecond, and comes a nanosecond after the one it ties with', () => {
    const stamps = (timeMs: number, tie: number) => pointsOf(score({ timeMs }), tie)[0]?.timestamp;
    expect(stamps(1_767_269_100_000.25, 0)).toBe('1767269100000250000');
    expect(stamps(1_767_269_100_000, 2)).toBe('1767269100000000002');
    expect([stamps(0, 0), stamps(-1, 1)]).toEqual(['0', '-999999']);
  });
});

describe('an alert', () => {
  test('is one point, named by what it is about, its severity and its state', () => {
    expect(pointsOf(alert(), 0)).toEqual([
      {
        measurement: 'surprisal_alert',
        tags: {
          ...{ channel: 'inside', series: 'home 3', severity: 'critical', state: 'firing', stream: 'thermostat' },
        },
        fields: {
          ...{ value: 12.1, expected: 20.3, lower: 19.5, upper: 21, bits: 21.44, p_value: 1 / 40_321, score: 0.93 },
          ...{ revision: 0, start_ms: 1_767_268_800_000, id: '0123456789abcdef', reason: 'unusual_value' },
          summary: 'inside is 12.1 °C where 20.3 °C was expected',
        },
        timestamp: '1767269100000000000',
      },
    ]);
  });

  test('of a silent series has no channel: an empty tag is left out', () => {
    const [point] = pointsOf(alert({ channel: '', reason: 'silent' }), 0);
    expect(point?.tags).toEqual({ series: 'home 3', severity: 'critical', state: 'firing', stream: 'thermostat' });
  });

  test('that grows worse, or makes room for the next, hides no step at the same time', () => {
    const steps = [alert({ severity: 'warning' }), alert({ revision: 1 }), alert({ state: 'resolved', revision: 2 })];
    const names = steps.flatMap((step) => pointsOf(step, 0)).map(({ tags }) => JSON.stringify(tags));
    expect(new Set(names).size).toBe(3);
  });
});

test('a rejected record is no point', () => {
  expect(deliveries(0, 2).flatMap(({ output }) => pointsOf(output, 0))).toEqual([]);
});

test('text is as it was, but for what line protocol cannot say', () => {
  const same = ['home 3', 'a,b=c', 'say "hi"', "it's", 'C:\\temp\\x', '🔥é漢', '', '#', '\u0085'];
  expect(same.map(plainText)).toEqual(same);
  expect(plainText('a\nb\r\u0000\t\u007f')).toBe('a␊b␍␀␉␡');
  expect(['a\\', 'a\\\\', 'a\\ b', 'a\\,b', 'a\\=', 'a\\"', "a\\'b"].map(plainText)).toEqual([
    'a⧵',
    'a⧵⧵',
    'a⧵ b',
    'a⧵,b',
    'a⧵=',
    'a⧵"',
    "a⧵'b",
  ]);
});
