import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ascii } from '../../src/decode/ascii.ts';
import { splitRow } from '../../src/decode/csv-row.ts';
import { decimal } from '../../src/decode/decimal.ts';
import { documentReader } from '../../src/decode/document.ts';
import { FlatCsv } from '../../src/decode/flat-csv.ts';
import { FlatJson } from '../../src/decode/flat-json.ts';
import type { Fields, Layout } from '../../src/decode/format.ts';
import { parseAscii, parseIso } from '../../src/decode/iso.ts';
import { json, parseJson } from '../../src/decode/json.ts';
import { decodeText } from '../../src/decode/text.ts';
import { timeZone } from '../../src/decode/zone.ts';
import { failure, record } from './mapping.ts';

/* What is read straight from bytes is what is read by way of text: the short way beside the long one. */

const encoder = new TextEncoder();
const layout: Layout = {
  key: '/id',
  time: 'time',
  channels: ['a', 'b', '__proto__', ''],
  texts: ['b', 'id'],
  columns: ['id', 'time', 'a', 'b', '__proto__', ''],
  delimiter: ',',
  schemas: undefined,
};

/** What a reader finds in the bytes, text as strings; or its failure. */
function found(read: (bytes: Uint8Array, into: Fields) => void, bytes: Uint8Array): unknown {
  const fields: Fields = { key: undefined, time: undefined, channels: layout.channels.map(() => undefined), texts: [] };
  const text = (value: unknown) => (value instanceof Ascii ? value.toString() : value);
  const outcome = failure(() => read(bytes, fields));
  if (!outcome.startsWith('no failure')) return outcome;
  return [fields.key, fields.time, ...fields.channels, ...fields.texts].map(text);
}

/** The bytes of a text; in one of two a byte is another one, and in some of these the end comes early. */
function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const bytes = fc.constantFrom(...encoder.encode('{}[]:,;"\\ \n0-.e\u0001x'), 0xe9);
  const damage = fc.record({ at: fc.nat(), byte: bytes, cut: fc.boolean() });
  return fc.tuple(text, fc.option(damage, { freq: 2 })).map(([text, damage]) => {
    const bytes = encoder.encode(text);
    if (damage === null || bytes.length === 0) return bytes;
    const at = damage.at % bytes.length;
    bytes[at] = damage.byte;
    return damage.cut ? bytes.subarray(0, at) : bytes;
  });
}

const digits = fc.stringMatching(/^(?:\d{0,3}|\d{14,18}|0{0,24}\d?)$/);
const exponent = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.stringMatching(/^[eE][+-]?\d{0,3}$/));
const numeral = fc
  .tuple(fc.constantFrom('', '', '-', '+'), digits, fc.constantFrom('', '.'), digits, exponent)
  .map((parts) => parts.join(''));

describe('a JSON record', () => {
  const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  ');
  const name = fc.constantFrom('"id"', '"time"', '"a"', '"b"', '"__proto__"', '""', '"c"', '"\\u0061"', '"ä"');
  const text = fc.constantFrom('""', '"home-7"', '"2024-01-02T03:04:05Z"', '"1.5"', '"\\n"', '"ä"', '"\u007f"', '"a');
  const word = fc.constantFrom('true', 'false', 'null', 'nul', 'NaN', '{}', '[1]', '{"a":{"b":2}}');
  const value = fc.oneof(text, word, numeral, fc.double().map(String), fc.integer().map(String));
  const member = fc.tuple(space, name, space, fc.constant(':'), space, value, space).map((parts) => parts.join(''));
  const object = fc
    .tuple(space, fc.array(member, { maxLength: 6 }), space)
    .map(([before, members, after]) => `${before}{${members.join(',')}}${after}`);

  test('has the fields, and the faults, of its document', () => {
    const short = json.open(layout);
    const long = documentReader(layout);
    fc.assert(
      fc.property(damaged(object), (bytes) => {
        const expected = found((bytes, into) => long(parseJson(decodeText(bytes)), into), bytes);
        expect(found((bytes, into) => short(record(bytes), into), bytes)).toEqual(expected);
      }),
      { numRuns: 10_000 },
    );
  });

  test('is read from its bytes where it is a flat object in plain ASCII, and nowhere else', () => {
    const flat = FlatJson.of(['a']);
    const read = (text: string) => flat?.read(encoder.encode(text)) && String(flat.found[0]);
    expect(read('{"a":"x","b":-1.5e-3,"c":null}')).toBe('x');
    expect(read(' { "b" : true , "a" : 0.25 } \n')).toBe('0.25');
    expect(read('{}')).toBe('undefined');
    for (const text of ['{"a":"ä"}', '{"a":"\\u0061"}', '{"a":[1]}', '{"b":{}}', '[1]', '{"a":1} 2', '']) {
      expect(read(text), text).toBe(false);
    }
    expect(FlatJson.of(['"'])).toBeUndefined();
    expect(FlatJson.of(['ä'])).toBeUndefined();
  });
});

describe('a CSV row', () => {
  const cell = fc.oneof(fc.constantFrom('', ' ', 'a', '"a"', 'a"', 'ä', '\u0000', '2024-01-02'), numeral);
  const end = fc.constantFrom('', '\n', '\r\n', '\r', '\n\n');

  test.each([',', ';', '5', 'é'])('split at %j where it is has the cells of its text', (delimiter) => {
    const flat = new FlatCsv(3, delimiter);
    const cells = fc.array(cell, { minLength: 2, maxLength: 4 });
    const row = fc.tuple(cells, end).map(([cells, end]) => cells.join(delimiter) + end);
    fc.assert(
      fc.property(damaged(row), (bytes) => {
        if (!flat.read(bytes)) return;
        const cells = splitRow(decodeText(bytes), delimiter);
        expect(flat.cells.map(String)).toEqual(cells.slice(0, 3));
        expect(cells.slice(3).join('')).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  test('is split in place where it is in ASCII, without quotes, and whole', () => {
    const flat = new FlatCsv(3, ';');
    const read = (text: string) => flat.read(encoder.encode(text)) && flat.cells.map(String);
    expect(read('home-7;;1,5\r\n')).toEqual(['home-7', '', '1,5']);
    for (const row of ['a;b', 'a;b;c;d', 'a;"b";c', 'ä;b;c', '']) expect(read(row), row).toBe(false);
  });
});

describe('a number', () => {
  test('is rounded as the engine rounds it, wherever it is read from its bytes', () => {
    fc.assert(
      fc.property(fc.oneof(numeral, fc.double().map(String)), (text) => {
        const bytes = encoder.encode(`7${text}7`);
        const read = decimal(bytes, 1, bytes.length - 1);
        if (!Number.isNaN(read)) expect(read).toBe(Number(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    '0',
    '-0',
    '12.5',
    '-0.1',
    '9007199254740991',
    '0.0000000000000000000001',
    '20.841470984807897',
    '-0.30000000000000004',
    '9007199254740994.5',
    '1234567890123456789',
  ])('%s is', (text) => {
    const bytes = encoder.encode(text);
    expect(decimal(bytes, 0, bytes.length)).toBe(Number(text));
  });

  test('of more digits than are exact is rounded once, also near the middle of two doubles', () => {
    const inMiddle = fc.maxSafeNat().map((n) => `${2n ** 53n + 2n * BigInt(n % 2 ** 51) + 1n}`);
    const near = fc.tuple(inMiddle, fc.stringMatching(/^\d{0,3}$/)).map(([whole, more]) => `${whole}${more}`);
    const pointed = fc.tuple(near, fc.nat(15)).map(([text, at]) => `${text.slice(0, at + 1)}.${text.slice(at + 1)}`);
    fc.assert(
      fc.property(fc.oneof(near, pointed), (text) => {
        const bytes = encoder.encode(text);
        const read = decimal(bytes, 0, bytes.length);
        if (!Number.isNaN(read)) expect(read).toBe(Number(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    '',
    '-',
    '.5',
    '5.',
    '1.2.3',
    '+1',
    '1e3',
    '9007199254740993',
    '12345678901234567890',
    '0.00000000000000000000001',
    '0'.repeat(26),
  ])('%j is left to whoever reads text', (text) => {
    const bytes = encoder.encode(text);
    expect(decimal(bytes, 0, bytes.length)).toBeNaN();
  });
});

test('a time is read to its end, whatever is around it', () => {
  const berlin = timeZone('Europe/Berlin');
  const whole = fc.constantFrom('2024-02-29T10:20:30.123456+05:30', '2024-02-29 10:20:30Z', '2024-02-29T10:20-0330');
  const time = fc.tuple(whole, fc.nat(32)).map(([text, length]) => text.slice(0, length));
  const around = fc.stringMatching(/^[0-9:Z.-]{0,12}$/);
  fc.assert(
    fc.property(time, around, around, (time, before, after) => {
      const bytes = encoder.encode(before + time + after);
      const text = new Ascii(bytes, before.length, before.length + time.length);
      expect(parseAscii(text, berlin)).toBe(parseIso(time, berlin));
    }),
    { numRuns: 5_000 },
  );
});
