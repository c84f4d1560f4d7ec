import { describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import { channel, failure, mapping, record } from './mapping.ts';

const T = Date.UTC(2024, 0, 2, 3, 4, 5);

describe('a JSON record', () => {
  const options = mapping({ key: '/device/id', time: { at: '/t' } });
  const decode = decoder(options, [channel('temperature', { at: '/reading/0', valid: [-40, 60] }), channel('hum')]);
  const of = (document: object) =>
    record(JSON.stringify({ device: { id: 'kitchen' }, t: '2024-01-02T03:04:05Z', ...document }));

  test('becomes an observation by pointers and by names', () => {
    expect(decode.decode(of({ reading: [20.5], hum: '4.5e1' }))).toEqual({
      series: 'kitchen',
      timeMs: T,
      values: Float64Array.of(20.5, 45),
    });
  });

  test('may lack any value: not there, null, no text, or NaN as text', () => {
    const missing = Float64Array.of(Number.NaN, Number.NaN);
    for (const document of [{}, { reading: [null], hum: '' }, { reading: ['NaN'], hum: ' null ' }, { reading: 3 }]) {
      expect(decode.decode(of(document)).values).toEqual(missing);
    }
  });

  test.each([
    ['text', { hum: 'wet\u0007' }, 'decode/wrong-type: channel hum: "wet\\u0007" is no finite number'],
    ['a boolean', { hum: true }, 'decode/wrong-type: channel hum: true is no finite number'],
    ['an object', { hum: {} }, 'decode/wrong-type: channel hum: an object is no finite number'],
    ['infinity', { hum: '-Infinity' }, 'decode/wrong-type: channel hum: "-Infinity" is no finite number'],
    ['hexadecimal', { hum: '0x10' }, 'decode/wrong-type: channel hum: "0x10" is no finite number'],
    ['what overflows', { hum: '1e999' }, 'decode/wrong-type: channel hum: "1e999" is no finite number'],
    ['what cannot be true', { reading: [61] }, 'decode/out-of-range: channel temperature: 61 is outside [-40, 60]'],
    [
      'more digits than a number has',
      { hum: '0'.repeat(1001) },
      `decode/wrong-type: channel hum: "${'0'.repeat(80)}…" is no finite number`,
    ],
    [
      'what is too low',
      { reading: ['-40.5'] },
      'decode/out-of-range: channel temperature: "-40.5" is outside [-40, 60]',
    ],
    [
      'half a character in its key',
      { device: { id: 'a\ud800' } },
      'decode/bad-key: key /device/id: "a\\ud800" holds control characters',
    ],
    ['no time', { t: null }, 'decode/missing-field: time /t: there is none'],
    ['a bad time', { t: '2024-02-30' }, 'decode/bad-time: time /t: "2024-02-30" is not an ISO 8601 time'],
    ['a number as ISO time', { t: 7 }, 'decode/bad-time: time /t: 7 is not an ISO 8601 time'],
    ['an old time', { t: '1799-12-31' }, 'decode/bad-time: time /t: "1799-12-31" is outside [1800-01-01, 2200-01-01)'],
    ['a far time', { t: '2200-01-01' }, 'decode/bad-time: time /t: "2200-01-01" is outside [1800-01-01, 2200-01-01)'],
    ['no key', { device: 3 }, 'decode/missing-field: key /device/id: there is none'],
    ['an empty key', { device: { id: '' } }, 'decode/bad-key: key /device/id: it is empty'],
    [
      'a key with a control',
      { device: { id: 'a\nb' } },
      'decode/bad-key: key /device/id: "a\\u000ab" holds control characters',
    ],
    [
      'a boolean key',
      { device: { id: true } },
      'decode/bad-key: key /device/id: true is neither text nor a whole number',
    ],
  ])('is refused with %s', (_, document, expected) => {
    expect(failure(() => decode.decode(of(document)))).toBe(expected);
  });

  test('may have a number as its key, and one of 512 characters, and no more', () => {
    expect(decode.decode(of({ device: { id: 42 } })).series).toBe('42');
    expect(decode.decode(of({ device: { id: 'k'.repeat(512) } })).series).toHaveLength(512);
    expect(failure(() => decode.decode(of({ device: { id: 'k'.repeat(513) } })))).toMatch(/^decode\/bad-key: .*513/);
  });

  test('is quoted in a message with 80 characters at most', () => {
    expect(failure(() => decode.decode(of({ hum: 'x'.repeat(500) })))).toContain(`"${'x'.repeat(80)}…"`);
  });

  test.each(['1e999', '-1e999'])('with the number %s is refused: it would be infinite', (number) => {
    const text = `{"device":{"id":"a"},"t":"2024-01-02","hum":${number}}`;
    expect(failure(() => decode.decode(record(text)))).toMatch(/^decode\/wrong-type: channel hum: -?Infinity/);
  });

  test('is refused with the place where it stops being JSON', () => {
    const broken = (text: string) => failure(() => decode.decode(record(text)));
    expect(broken('{"device": {"id"')).toBe('decode/syntax: not JSON, the end came too early');
    expect(broken('{"a": nope}')).toBe('decode/syntax: not JSON, at character 6: "nope}"');
    expect(broken('')).toBe('decode/syntax: not JSON, the end came too early');
    expect(broken('[1, 2')).toMatch(/^decode\/syntax/);
    expect(broken('17')).toBe('decode/wrong-type: the record is 17 and no object');
  });

  test('is refused with the byte at which it stops being UTF-8', () => {
    const broken = (...bytes: readonly number[]) => failure(() => decode.decode(record(Uint8Array.from(bytes))));
    expect(broken(123, 34, 0xc3, 0xa4, 0xff, 34)).toBe(
      'decode/syntax: not UTF-8 text: byte 4 of the record; a file’s `encoding` may be windows-1252',
    );
    expect(broken(0x80)).toBe(
      'decode/syntax: not UTF-8 text: byte 0 of the record; a file’s `encoding` may be windows-1252',
    );
    expect(broken(97, 98, 0xe2, 0x82)).toBe(
      'decode/syntax: not UTF-8 text: byte 2 of the record; a file’s `encoding` may be windows-1252',
    );
  });

  test('may begin with a byte order mark', () => {
    expect(decode.decode(record('\ufeff{"device":{"id":"a"},"t":"2024-01-02"}')).series).toBe('a');
  });
});

describe('the key', () => {
  test('may be the record’s own', () => {
    const decode = decoder(mapping({ key: 'record', time: { format: 'record' } }), [channel('v')]);
    const key = new TextEncoder().encode('home-7');
    expect(decode.decode(record('{"v": 1}', { key, timestampMs: 5 }))).toEqual({
      series: 'home-7',
      timeMs: 5,
      values: Float64Array.of(1),
    });
    expect(failure(() => decode.decode(record('{"v": 1}', { timestampMs: 5 })))).toBe(
      'decode/missing-field: key of the record: there is none',
    );
  });

  test('may be absent: then there is one series', () => {
    const decode = decoder(mapping({ series: 'shop' }), [channel('v')]);
    expect(decode.decode(record('{"time": "2024-01-02T03:04:05Z"}')).series).toBe('shop');
  });
});

describe('the time', () => {
  const times = (format: string, time: unknown) =>
    decoder(mapping({ time: { format } }), [channel('v')]).decode(record(JSON.stringify({ time }))).timeMs;

  test('may be an epoch, as a number or as text', () => {
    expect(times('epoch_s', T / 1000)).toBe(T);
    expect(times('epoch_s', String(T / 1000 + 0.25))).toBe(T + 250);
    expect(times('epoch_ms', T)).toBe(T);
    expect(times('epoch_us', T * 1000 + 500)).toBe(T + 0.5);
  });

  test('of another unit than the mapping says is outside the valid range', () => {
    expect(failure(() => times('epoch_s', T))).toMatch(/^decode\/bad-time: .* outside/);
    expect(failure(() => times('epoch_s', 'soon'))).toBe(
      'decode/bad-time: time time: "soon" is not a number of seconds',
    );
    expect(failure(() => times('epoch_s', 'NaN'))).toBe('decode/bad-time: time time: "NaN" is not a number of seconds');
  });

  test('without an offset is local time of the zone', () => {
    const decode = decoder(mapping({ time: { zone: 'Europe/Berlin' } }), [channel('v')]);
    expect(decode.decode(record('{"time": "2024-01-02 04:04:05"}')).timeMs).toBe(T);
    expect(decode.decode(record('{"time": "2024-01-02 04:04:05Z"}')).timeMs).toBe(T + 3_600_000);
  });
});

describe('a number record', () => {
  const options = mapping({ format: 'number', key: 'record', time: { format: 'record' } });
  const key = new TextEncoder().encode('k');

  test('is the value of the one channel', () => {
    const decode = decoder(options, [channel('v')]);
    expect(decode.decode(record(' -1.5e3\n', { key, timestampMs: 1 })).values).toEqual(Float64Array.of(-1500));
    expect(decode.decode(record('', { key, timestampMs: 1 })).values).toEqual(Float64Array.of(Number.NaN));
    expect(failure(() => decode.decode(record('12 C', { key, timestampMs: 1 })))).toMatch(/^decode\/wrong-type/);
  });

  test('needs one channel', () => {
    expect(failure(() => decoder(options, [channel('a'), channel('b')]))).toMatch(/^config\/invalid: .*2 channels/);
  });

  test('has no room for a time or a key within', () => {
    expect(() => mapping({ format: 'number' })).toThrow('no other place for a time');
    expect(() => mapping({ format: 'number', key: 'id', time: { format: 'record' } })).toThrow(
      'no other place for a key',
    );
  });
});

test('a mapping refuses zones and ranges that do not exist', () => {
  expect(() => mapping({ time: { zone: 'Europe/Atlantis' } })).toThrow('IANA time zone');
  expect(() => mapping({ time: { valid: ['1800-02-30', '2200-01-01'] } })).toThrow('ISO 8601');
});
