import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAmount } from '../../src/decode/amount.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { channel, mapping, record } from './mapping.ts';

const point = { decimal: '.', thousands: undefined } as const;
const comma = { decimal: ',', thousands: undefined } as const;

describe('an amount', () => {
  test.each([
    ['3,064.46', 3064.46],
    ['1,234,567', 1234567],
    ['12,34,567.50', 1234567.5],
    ["1'520.25", 1520.25],
    ['1’520', 1520],
    ['1 520', 1520],
    ['1\u202f520.5', 1520.5],
    ['$20.14', 20.14],
    ['-$20.14', -20.14],
    ['$-20.14', -20.14],
    ['($20.14)', -20.14],
    ['(20)', -20],
    ['20.14-', -20.14],
    ['−5', -5],
    ['US$ 1,000.00', 1000],
    ['EUR 12', 12],
    ['12.50 CHF', 12.5],
    ['12.5%', 12.5],
    ['-3 %', -3],
    ['$.5', 0.5],
    ['£5.', 5],
    ['1,700.55 Dr', -1700.55],
    ['12.50 CR', 12.5],
  ])('%s is %d with decimal points', (text, expected) => {
    expect(parseAmount(text, point)).toBe(expected);
  });

  test.each([
    ['1.520,0', 1520],
    ['1.234.567', 1234567],
    ['1 520,5', 1520.5],
    ['20,14 €', 20.14],
    ['-1.234,50 EUR', -1234.5],
    ['12,5 %', 12.5],
  ])('%s is %d with decimal commas', (text, expected) => {
    expect(parseAmount(text, comma)).toBe(expected);
  });

  test.each([
    '',
    '.',
    '$',
    '3,06',
    '1,5,0',
    '1.2.3',
    '1,2345.6',
    '(5',
    '5)',
    '-(5)',
    '--5',
    '5 XYZ',
    'abc',
    '1e5x',
    '12:30',
    '$5 €',
    '-5 Dr',
    '3,064',
  ])('%j is none with decimal points', (text) => {
    expect(parseAmount(text, point)).toBeUndefined();
  });

  test('with one group behind a comma is a thousand only where that is declared', () => {
    expect(parseAmount('3,064', { decimal: '.', thousands: ',' })).toBe(3064);
    expect(parseAmount('1.520', { decimal: ',', thousands: '.' })).toBe(1520);
    expect(parseAmount('1.520', comma)).toBeUndefined();
    expect(parseAmount('1 520', { decimal: '.', thousands: ',' })).toBeUndefined();
  });

  test.each([
    ['en-US', point],
    ['de-DE', comma],
    ['fr-FR', comma],
    ['en-IN', point],
    ['de-CH', point],
    ['sv-SE', comma],
  ] as const)('as %s writes it is the number that was written', (locale, style) => {
    const written = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (cents) => {
        expect(parseAmount(written.format(cents / 100), style)).toBeCloseTo(cents / 100 + 0, 3);
      }),
    );
  });
});

test('a channel reads amounts as well as plain numbers', () => {
  const { decode, takeMissing } = decoder(
    mapping({ format: 'csv', decimal: ',', thousands: '.', delimiter: ';', columns: ['time', 'v'] }),
    [channel('v')],
  );
  const value = (text: string) => decode(record(`2026-03-01;${text}`)).values[0];
  expect(['1.520', '1.520,5', '1,5', '-7', '20 €'].map(value)).toEqual([1520, 1520.5, 1.5, -7, 20]);
  expect(value('1.52')).toBeNaN();
  expect(takeMissing()).toEqual([{ channel: 'v', reason: 'wrong-type', count: 1, example: '"1.52"' }]);
});

test('thousands cannot be separated by the decimal separator', () => {
  expect(() => mapping({ thousands: '.' })).toThrow('not the decimal separator');
});
