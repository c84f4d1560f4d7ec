import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import { parseIso } from '../../src/decode/iso.ts';
import { jsonFault } from '../../src/decode/json-fault.ts';
import { timeZone } from '../../src/decode/zone.ts';
import { Failure } from '../../src/errors/failure.ts';
import { channel, mapping, record } from './mapping.ts';

const channels = [channel('a', { at: '/values/0' }), channel('b')];
const json = decoder(
  mapping({ key: '/id', time: { format: 'epoch_ms', valid: ['0001-01-01', '9999-12-31'] } }),
  channels,
);
const csvOptions = mapping({ format: 'csv', key: 'id', time: { at: 't' }, columns: ['id', 'a', 't', 'b'] });
const csv = decoder(csvOptions, [channel('a'), channel('b')]);
const number = decoder(mapping({ format: 'number', time: { format: 'record' } }), [channel('v')]);

const NOT_A_NAME = /[\p{Cc}\p{Cs}]/u;
const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !NOT_A_NAME.test(text));
const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN));
const timeMs = fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2199, 11, 31) });
const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Monrovia',
  'Pacific/Apia',
);

/** True where it was decoded; anything but a `Failure` is thrown on. */
function decodes(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

describe('whatever the bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .array(fc.constantFrom('a', ',', '"', '\r\n', '1', '2024-01-02', '', ' '))
      .map((c) => new TextEncoder().encode(c.join(''))),
  );

  test('decoding gives an observation or a failure, and nothing else', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.option(bytes, { nil: undefined }),
        fc.option(fc.double(), { nil: undefined }),
        (bytes, key, timestampMs) => {
          for (const decode of [json, csv, number]) decodes(() => decode.decode(record(bytes, { key, timestampMs })));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('documents of any shape are decoded or refused, and give numbers that are finite or missing', () => {
    const document = fc.record({ id: fc.jsonValue(), time: fc.jsonValue(), values: fc.jsonValue(), b: fc.jsonValue() });
    fc.assert(
      fc.property(document, (document) => {
        decodes(() => {
          const { values, series } = json.decode(record(JSON.stringify(document)));
          expect(values.every((value) => Number.isFinite(value) || Number.isNaN(value))).toBe(true);
          expect(series).not.toBe('');
        });
      }),
    );
  });
});

describe('an observation written and read again is the same', () => {
  const missing = (value: number) => (Number.isNaN(value) ? null : value);
  /** −0 is written as 0. */
  const expected = (...values: readonly number[]) => Float64Array.from(values, (value) => value + 0);

  test('as JSON', () => {
    fc.assert(
      fc.property(key, timeMs, value, value, (id, time, a, b) => {
        const text = JSON.stringify({ id, time, values: [missing(a)], b: missing(b) });
        expect(json.decode(record(text))).toEqual({ series: id, timeMs: time, values: expected(a, b) });
      }),
    );
  });

  test('as CSV, whether quoted or not', () => {
    fc.assert(
      fc.property(key, timeMs, value, value, fc.boolean(), (id, time, a, b, always) => {
        const cell = (text: string) => (always || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const row = [id, String(a), new Date(time).toISOString(), String(b)].map(cell).join(',');
        // A mark at the very beginning is taken for the byte order mark.
        fc.pre(!row.startsWith('\ufeff'));
        expect(csv.decode(record(row))).toEqual({ series: id, timeMs: time, values: expected(a, b) });
      }),
    );
  });
});

describe('times', () => {
  test('in ISO 8601 are read as they were written, in UTC and with any offset', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
        fc.integer({ min: -1439, max: 1439 }),
        (date, minutes) => {
          expect(parseIso(date.toISOString(), timeZone('Europe/Berlin'))).toBe(date.getTime());
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
          fc.pre(/^\d{4}-/.test(local));
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const offset = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
          expect(parseIso(local + offset, timeZone('UTC'))).toBe(date.getTime());
        },
      ),
    );
  });

  test('as a wall clock of any zone shows them are read as the first instant at which it shows them', () => {
    fc.assert(
      fc.property(timeMs, zone, (ms, name) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
        const instant = Math.floor(ms / 1000) * 1000;
        const read = parseIso(shown.format(instant), timeZone(name));
        expect(shown.format(read)).toBe(shown.format(instant));
        expect(read).toBeLessThanOrEqual(instant);
        expect(instant - read).toBeLessThan(86_400_000);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the place where a text stops being JSON', () => {
  test('is its end where it is JSON, or the beginning of it', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const beginning = text.slice(0, cut % (text.length + 1));
        expect(jsonFault(text)).toBe(text.length);
        expect(jsonFault(beginning)).toBe(beginning.length);
      }),
      { numRuns: 500 },
    );
  });

  test('is before its end where no continuation makes it JSON', () => {
    const texts = [
      '{"a":1,}',
      '[1 2]',
      '{a:1}',
      "{'a':1}",
      '[01]',
      '[1.]',
      '["\t"]',
      '["\\x"]',
      '["\\u12g4"]',
      ']',
      '{]',
      '[}',
      '1 2',
      '{"a" 1}',
      '[,1]',
      'nul!',
      '+1',
      '{"a":1}}',
      '{"a" "b',
    ];
    for (const text of texts) {
      expect(jsonFault(text), text).toBeLessThan(text.length);
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
    }
  });
});
