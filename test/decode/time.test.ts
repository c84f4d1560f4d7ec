import { describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import { channel, failure, mapping, record } from './mapping.ts';

const channels = [channel('v')];

/** Reads the times of CSV rows `time,series,v`, one after another. */
function reader(time: object) {
  const options = mapping({ format: 'csv', key: 'id', time: { at: 't', ...time } });
  const { decode } = decoder(options, channels, ['t', 'id', 'v']);
  return (text: string, series = 'a') => decode(record(`${text},${series},1`)).timeMs;
}

const iso = (read: (text: string) => number, text: string) => new Date(read(text)).toISOString();

describe('a time', () => {
  test.each([
    ['iso8601', '2026-03-01 01:59:08 +0200', '2026-02-28T23:59:08.000Z'],
    ['iso8601', '2026-03-01 01:59:08 UTC', '2026-03-01T01:59:08.000Z'],
    ['iso8601', '2026-03-01T01:59 -05:30', '2026-03-01T07:29:00.000Z'],
    ['iso8601', '2026-03-01T01:59:08+01:00[Europe/Berlin]', '2026-03-01T00:59:08.000Z'],
    ['epoch_s', '1772323200.25', '2026-03-01T00:00:00.250Z'],
    ['epoch_s', '1.7723232e+09', '2026-03-01T00:00:00.000Z'],
    ['epoch_ns', '1772323260000000000', '2026-03-01T00:01:00.000Z'],
    ['epoch', '1772323200', '2026-03-01T00:00:00.000Z'],
    ['epoch', '1772323200000', '2026-03-01T00:00:00.000Z'],
    ['epoch', '1772323200000000', '2026-03-01T00:00:00.000Z'],
    ['epoch', '1772323200000000000', '2026-03-01T00:00:00.000Z'],
    ['excel', '46082', '2026-03-01T00:00:00.000Z'],
    ['excel', '46082.000694444', '2026-03-01T00:01:00.000Z'],
    ['dd.MM.yyyy HH:mm', '01.03.2026 00:05', '2026-03-01T00:05:00.000Z'],
  ])('written as %s: %s', (format, text, expected) => {
    expect(iso(reader({ format }), text)).toBe(expected);
  });

  test('of a spreadsheet, or of a pattern without an offset, is local time of the zone', () => {
    expect(iso(reader({ format: 'excel', zone: 'Europe/Berlin' }), '46082.5')).toBe('2026-03-01T11:00:00.000Z');
    expect(iso(reader({ format: 'd.M.yyyy', zone: 'Europe/Berlin' }), '1.3.2026')).toBe('2026-02-28T23:00:00.000Z');
  });

  test('that is not of its pattern is refused by name', () => {
    expect(failure(() => reader({ format: 'dd.MM.yyyy' })('2026-03-01'))).toBe(
      'decode/bad-time: time t: "2026-03-01" is not a time of the form dd.MM.yyyy',
    );
  });

  test('may be a number in JSON where its pattern is digits alone', () => {
    const { decode } = decoder(mapping({ time: { format: 'yyyyMMdd' } }), channels);
    expect(decode(record('{"time":20260301,"v":1}')).timeMs).toBe(Date.UTC(2026, 2, 1));
  });

  test.each([
    ['epoch_sec', 'must be one of: iso8601, epoch_s'],
    ['YYYY-MM-DD', 'not a pattern of times: YYYY is no field; the year is y'],
  ])('cannot be written as %s', (format, says) => {
    expect(() => mapping({ time: { format } })).toThrow(says);
  });
});

describe('a time of several fields', () => {
  const columns = ['Date', 'Time', 'v'];
  const time = (format: string) => mapping({ format: 'csv', time: { at: ['Date', 'Time'], format } });

  test('is one text with a space between', () => {
    const { decode } = decoder(time('iso8601'), channels, columns);
    expect(decode(record('2026-03-01,00:05:00,1')).timeMs).toBe(Date.UTC(2026, 2, 1, 0, 5));
    expect(decode(record('"2026-03-01","00:05:01",1')).timeMs).toBe(Date.UTC(2026, 2, 1, 0, 5, 1));
    const patterned = decoder(time('d/M/yyyy HH:mm'), channels, columns);
    expect(patterned.decode(record('1/3/2026,00:05,1')).timeMs).toBe(Date.UTC(2026, 2, 1, 0, 5));
  });

  test('may be text and a number in JSON', () => {
    const { decode } = decoder(mapping({ time: { at: ['/d', '/at/t'], format: 'yyyyMMdd HHmm' } }), channels);
    expect(decode(record('{"d":20260301,"at":{"t":"0005"},"v":1}')).timeMs).toBe(Date.UTC(2026, 2, 1, 0, 5));
  });

  test('is missing where one of them is', () => {
    const { decode } = decoder(time('iso8601'), channels, columns);
    expect(failure(() => decode(record('2026-03-01,,1')))).toBe(
      'decode/missing-field: time Date and Time: there is none',
    );
  });

  test('leaves keys of several fields and attributes where they are', () => {
    const options = {
      ...mapping({ format: 'csv', key: ['a', 'b'], time: { at: ['Date', 'Time'] } }),
      attributes: { note: 'n' },
    };
    const { decode } = decoder(options, channels, ['n', 'b', 'Time', 'Date', 'a', 'v']);
    expect(decode(record('hello,x,00:05,2026-03-01,y,1'))).toEqual({
      series: 'y|x',
      timeMs: Date.UTC(2026, 2, 1, 0, 5),
      values: Float64Array.of(1),
      attributes: ['hello'],
    });
  });

  test('is no number of any kind', () => {
    expect(() => time('epoch_s')).toThrow('a list is for `iso8601` or a pattern');
  });
});

describe('the hour that a change of the clocks repeats', () => {
  const zone = 'Europe/Berlin';
  const HOUR = 3_600_000;
  /** 25 October 2026, 03:00 CEST becomes 02:00 CET, at 01:00 UTC. */
  const change = Date.UTC(2026, 9, 25, 1);
  const shown = (ms: number) => new Date(ms + (ms < change ? 2 * HOUR : HOUR)).toISOString().slice(0, -1);

  test.each([1, 5, 10, 15, 30, 60])('is read in file order, at a row each %d minutes', (minutes) => {
    for (const direction of [1, -1]) {
      const read = reader({ zone });
      for (let n = -240; n <= 240; n += minutes) {
        const ms = change + direction * n * 60_000;
        expect(read(shown(ms)), shown(ms)).toBe(ms);
      }
    }
  });

  test('is read for each series separately', () => {
    const read = reader({ zone });
    read('2026-10-25T02:55', 'a');
    expect(read('2026-10-25T02:55', 'b')).toBe(change - 5 * 60_000);
    expect(read('2026-10-25T02:00', 'a')).toBe(change);
    expect(read('2026-10-25T02:50', 'b')).toBe(change - 10 * 60_000);
  });

  test('is the first of the two where nothing came before', () => {
    expect(reader({ zone })('2026-10-25T02:30')).toBe(change - HOUR / 2);
  });

  test('stays so where rows are a little out of order', () => {
    const read = reader({ zone });
    read('2026-10-25T02:05');
    expect(read('2026-10-25T02:04')).toBe(change - 56 * 60_000);
    expect(read('2026-10-25T02:06')).toBe(change - 54 * 60_000);
  });
});
