import { describe, expect, test } from 'vitest';
import { parseIso } from '../../src/decode/iso.ts';
import { timeZone } from '../../src/decode/zone.ts';

const utc = timeZone('UTC');
const berlin = timeZone('Europe/Berlin');
const newYork = timeZone('America/New_York');
const text = (ms: number): string => new Date(ms).toISOString();

describe('ISO 8601', () => {
  test.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z'],
    ['1871-01-01', '1871-01-01T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['2020-02-08 13:30:47', '2020-02-08T13:30:47.000Z'],
    ['2020-02-08T13:30', '2020-02-08T13:30:00.000Z'],
    ['2020-02-08t13:30z', '2020-02-08T13:30:00.000Z'],
    ['2020-02-08T13:30:47.123456Z', '2020-02-08T13:30:47.123Z'],
    ['2020-02-08T13:30:47,5Z', '2020-02-08T13:30:47.500Z'],
    ['2020-02-08T13:30:47.000000000000000000001Z', '2020-02-08T13:30:47.000Z'],
    ['2020-02-08T13:30:47+05:30', '2020-02-08T08:00:47.000Z'],
    ['2020-02-08T13:30:47-0330', '2020-02-08T17:00:47.000Z'],
    ['2020-02-08T23:30-03', '2020-02-09T02:30:00.000Z'],
  ])('%s is read', (given, expected) => {
    expect(text(Math.floor(parseIso(given, utc)))).toBe(expected);
  });

  test('keeps what is finer than a millisecond', () => {
    expect(parseIso('1970-01-01T00:00:00.0005Z', utc)).toBe(0.5);
  });

  test.each([
    '',
    '2024',
    '2024-13',
    '2024-00-01',
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-01-00',
    '2024/01/02',
    '20240102',
    '2024-1-2',
    '2024-01-02T',
    '2024-01-02T10',
    '2024-01-02T24:00',
    '2024-01-02T10:60',
    '2024-01-02T10:00:60',
    '2024-01-02T10:00:00.',
    '2024-01-02T10:00:00.Z',
    '2024-01-02T10:00Zulu',
    '2024-01-02T10:00+1',
    '2024-01-02T10:00+24:00',
    '2024-01-02T10:00+01:60',
    '2024-01-02T10:00+01:0',
    '2024-01-02T10:00  +01:00',
    '2024-01-02_10:00',
    '2024-01-02T10-00',
    '02024-01-02',
    '2024-01-02Z',
    '٢٠٢٤-٠١-٠٢',
  ])('%j is no time', (given) => {
    expect(parseIso(given, utc)).toBeNaN();
    expect(parseIso(given, berlin)).toBeNaN();
  });
});

describe('local times', () => {
  test.each([
    ['2024-01-15 12:00', '2024-01-15T11:00:00.000Z'],
    ['2024-07-15 12:00', '2024-07-15T10:00:00.000Z'],
    ['2024-03-31 01:59:59', '2024-03-31T00:59:59.000Z'],
    ['2024-03-31 03:00', '2024-03-31T01:00:00.000Z'],
    ['2024-10-27 01:59:59', '2024-10-26T23:59:59.000Z'],
    ['2024-10-27 03:00', '2024-10-27T02:00:00.000Z'],
    ['1850-06-01 00:00', '1850-05-31T23:06:32.000Z'],
  ])('%s in Berlin', (local, expected) => {
    expect(text(parseIso(local, berlin))).toBe(expected);
  });

  test.each([
    ['2024-03-10 01:59', '2024-03-10T06:59:00.000Z'],
    ['2024-03-10 03:00', '2024-03-10T07:00:00.000Z'],
    ['2024-11-03 00:59', '2024-11-03T04:59:00.000Z'],
    ['2024-11-03 02:00', '2024-11-03T07:00:00.000Z'],
  ])('%s in New York', (local, expected) => {
    expect(text(parseIso(local, newYork))).toBe(expected);
  });

  test('that occur twice are the first', () => {
    expect(text(parseIso('2024-10-27 02:30', berlin))).toBe('2024-10-27T00:30:00.000Z');
    expect(text(parseIso('2024-11-03 01:30', newYork))).toBe('2024-11-03T05:30:00.000Z');
  });

  test('that do not exist are moved on by what was skipped', () => {
    expect(text(parseIso('2024-03-31 02:30', berlin))).toBe('2024-03-31T01:30:00.000Z');
    expect(text(parseIso('2024-03-10 02:30', newYork))).toBe('2024-03-10T07:30:00.000Z');
    expect(text(parseIso('2011-12-30 12:00', timeZone('Pacific/Apia')))).toBe('2011-12-30T22:00:00.000Z');
  });
});
