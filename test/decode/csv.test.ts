import { describe, expect, test } from 'vitest';
import { splitRow } from '../../src/decode/csv-row.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { channel, failure, mapping, record } from './mapping.ts';

describe('a CSV row', () => {
  const options = mapping({ format: 'csv', key: 'id', time: { at: 'when' }, delimiter: ';', decimal: ',' });
  const header = ['when', 'id', 'in', 'out'];
  const channels = [channel('inside', { at: 'in' }), channel('out')];
  const decode = (row: string) => decoder(options, channels, header).decode(record(row));

  test('becomes an observation by the names of its columns', () => {
    const expected = { series: 'a', timeMs: Date.UTC(2024, 0, 2), values: Float64Array.of(1.5, -20) };
    expect(decode('2024-01-02;a;1,5;-20\r\n')).toEqual(expected);
    expect(decode('"2024-01-02";"a";"1,5";-20')).toEqual(expected);
  });

  test('may have empty cells', () => {
    expect(decode('2024-01-02;a;; ').values).toEqual(Float64Array.of(Number.NaN, Number.NaN));
  });

  test('may end in delimiters', () => {
    expect(decode('2024-01-02;a;1,5;-20;;').values).toEqual(Float64Array.of(1.5, -20));
    expect(decode('2024-01-02;"a";1,5;-20;').values).toEqual(Float64Array.of(1.5, -20));
  });

  test('may have its columns by number', () => {
    const numbered = mapping({ format: 'csv', key: '2', time: { at: '1' } });
    const { decode } = decoder(numbered, [channel('v', { at: '4' })], ['1', '2', '3', '4']);
    expect(decode(record('2024-01-02,a,x,7'))).toMatchObject({ series: 'a', values: Float64Array.of(7) });
    expect(failure(() => decoder(numbered, [channel('v', { at: '5' })], ['1', '2', '3', '4']))).toBe(
      'config/invalid: no column "5"; there are "1", "2", "3", "4"',
    );
  });

  test.each([
    [
      'too few cells',
      '2024-01-02;a;1',
      'decode/syntax: the row has 3 cells where there are 4 columns: "2024-01-02;a;1"',
    ],
    [
      'too many cells',
      '2024-01-02;a;1;2;;3',
      'decode/syntax: the row has 6 cells where there are 4 columns: "2024-01-02;a;1;2;;3"',
    ],
    [
      'a quote that stays open',
      '2024-01-02;"a;1;2',
      'decode/syntax: not CSV, character 11: expected a closing quote for this one, found ""a;1;2"',
    ],
    [
      'text after a quote',
      '2024-01-02;"a"b;1;2',
      'decode/syntax: not CSV, character 14: expected nothing but ";" after a closing quote, found "b;1;2"',
    ],
    [
      'a quote within a cell',
      '2024-01-02;a"b;1;2',
      'decode/syntax: not CSV, character 12: expected quotes around the whole cell, found ""b;1;2"',
    ],
    ['no time', ';a;1;2', 'decode/missing-field: time when: there is none'],
  ])('is refused with %s', (_, row, expected) => {
    expect(failure(() => decode(row))).toBe(expected);
  });

  test.each([
    ['a decimal point where commas are', '1.5'],
    ['two commas', '1,5,0'],
  ])('with %s lacks that value alone', (_, cell) => {
    expect(decode(`2024-01-02;a;${cell};2`)).toMatchObject({ values: Float64Array.of(Number.NaN, 2) });
  });

  test('takes the names of the options where the file has no header', () => {
    const named = mapping({ format: 'csv', columns: ['time', 'v'] });
    expect(decoder(named, [channel('v')]).decode(record('2024-01-02,3')).values).toEqual(Float64Array.of(3));
  });

  test('cannot be mapped without names, or to a column that is not there', () => {
    expect(failure(() => decoder(options, channels))).toMatch(/^config\/invalid: the CSV has no header/);
    expect(failure(() => decoder(options, channels, ['when', 'id', 'in']))).toBe(
      'config/invalid: no column "out"; there are "when", "id", "in"',
    );
  });

  test('may have decimal commas between quotes where commas are between columns', () => {
    const both = mapping({ format: 'csv', delimiter: ',', decimal: ',', columns: ['time', 'v'] });
    const { decode } = decoder(both, [channel('v')]);
    expect(decode(record('2024-01-02,"1.234,5"')).values).toEqual(Float64Array.of(1234.5));
    expect(failure(() => decode(record('2024-01-02,1,5')))).toMatch(/^decode\/syntax: the row has 3 cells/);
  });

  test('cannot be cut at quotes or at line ends', () => {
    expect(() => mapping({ format: 'csv', delimiter: '"' })).toThrow();
    expect(() => mapping({ format: 'csv', delimiter: '\n' })).toThrow();
  });
});

describe('splitting a row', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",', ['say "hi"', '']],
    ['"","a\nb"\r\n', ['', 'a\nb']],
    ['""""', ['"']],
  ])('%j gives its cells', (row, cells) => {
    expect(splitRow(row, ',')).toEqual(cells);
  });
});
