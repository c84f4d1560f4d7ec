import { describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import type { MissingValues } from '../../src/decode/missing.ts';
import { channel, failure, mapping, record } from './mapping.ts';

const T = Date.UTC(2024, 0, 2, 3, 4, 5);

const texts = ({ channel, reason, example }: MissingValues): string => `${channel} ${reason} ${example}`;

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
    expect(decode.takeMissing().map(texts)).toEqual([
      'temperature absent nothing',
      'temperature token "NaN"',
      'hum absent nothing',
      'hum token " null "',
    ]);
  });

  test.each([
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
    expect(decode.takeMissing()).toHaveLength(2);
  });

  test.each([
    ['text', { hum: 'wet\u0007' }, 'hum wrong-type "wet\\u0007"'],
    ['a boolean', { hum: true }, 'hum wrong-type true'],
    ['an object', { hum: {} }, 'hum wrong-type an object'],
    ['infinity', { hum: '-Infinity' }, 'hum wrong-type "-Infinity"'],
    ['hexadecimal', { hum: '0x10' }, 'hum wrong-type "0x10"'],
    ['what overflows', { hum: '1e999' }, 'hum wrong-type "1e999"'],
    ['more digits than a number has', { hum: '0'.repeat(1001) }, `hum wrong-type "${'0'.repeat(80)}…"`],
    ['long text, cut', { hum: 'x'.repeat(500) }, `hum wrong-type "${'x'.repeat(80)}…"`],
    ['a token', { hum: ' Unavailable ' }, 'hum token " Unavailable "'],
    ['null', { hum: null }, 'hum absent null'],
    ['no text', { hum: ' ' }, 'hum absent " "'],
  ])('with %s for a value lacks that value alone, and it is counted', (_, document, expected) => {
    expect(decode.decode(of({ reading: [20.5], ...document })).values).toEqual(Float64Array.of(20.5, Number.NaN));
    expect(decode.takeMissing().map(texts)).toEqual([expected]);
    expect(decode.takeMissing()).toEqual([]);
  });

  test.each([
    [61, '61'],
    ['-40.5', '"-40.5"'],
  ])('with %j, which cannot be true, lacks that value alone', (reading, example) => {
    expect(decode.decode(of({ reading: [reading], hum: 45 })).values).toEqual(Float64Array.of(Number.NaN, 45));
    expect(decode.takeMissing().map(texts)).toEqual([`temperature out-of-range ${example}`]);
  });

  test.each(['1e999', '-1e999'])('with the number %s lacks that value: it would be infinite', (number) => {
    const text = `{"device":{"id":"a"},"t":"2024-01-02","reading":[1],"hum":${number}}`;
    expect(decode.decode(record(text)).values).toEqual(Float64Array.of(1, Number.NaN));
    expect(decode.takeMissing().map(texts)).toEqual([`hum wrong-type ${Number(number)}`]);
  });

  test.each(['NaN', 'nan', '-nan', 'Infinity', '-Infinity', 'inf', '-INF'])(
    'may write a missing value as %s, nested or flat',
    (word) => {
      const nested = `{"device":{"id":"a"},"t":"2024-01-02","reading":[ ${word}],"hum":45}`;
      expect(decode.decode(record(nested)).values).toEqual(Float64Array.of(Number.NaN, 45));
      const flat = decoder(mapping({ key: 'id' }), [channel('v'), channel('w')]);
      const text = `{"id":"nan","time":"2024-01-02","v":${word},"w":7}`;
      expect(flat.decode(record(text))).toMatchObject({ series: 'nan', values: Float64Array.of(Number.NaN, 7) });
      expect([decode, flat].map((each) => each.takeMissing().map(texts))).toEqual([
        ['temperature absent null'],
        ['v absent null'],
      ]);
    },
  );

  test('keeps text that looks like that, and is no JSON with a word that only begins so', () => {
    const flat = decoder(mapping({ key: '/a/id' }), [channel('v')]);
    expect(flat.decode(record('{"a":{"id":"x: nan, \\" inf }"},"time":"2024-01-02","v":nan}')).series).toBe(
      'x: nan, " inf }',
    );
    for (const word of ['nano', 'infinite', '--nan', '+inf', 'n']) {
      expect(failure(() => flat.decode(record(`{"a":{"id":"a"},"time":"2024-01-02","v":${word}}`)))).toMatch(
        /^decode\/syntax/,
      );
    }
  });

  test('counts what is missing by channel and reason, each with its first example', () => {
    for (const hum of ['a', 'b', null, '?']) decode.decode(of({ reading: [99], hum }));
    expect(decode.takeMissing()).toEqual([
      { channel: 'temperature', reason: 'out-of-range', count: 4, example: '99' },
      { channel: 'hum', reason: 'absent', count: 1, example: 'null' },
      { channel: 'hum', reason: 'token', count: 1, example: '"?"' },
      { channel: 'hum', reason: 'wrong-type', count: 2, example: '"a"' },
    ]);
  });

  test('is refused with the place where it stops being JSON', () => {
    const broken = (text: string) => failure(() => decode.decode(record(text)));
    expect(broken('{"device": {"id"')).toBe('decode/syntax: not JSON, unexpected end of input');
    expect(broken('{"a": nope}')).toBe('decode/syntax: not JSON, at character 6: "nope}"');
    expect(broken('')).toBe('decode/syntax: not JSON, unexpected end of input');
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
    expect(decode.decode(record('12 C', { key, timestampMs: 1 })).values).toEqual(Float64Array.of(Number.NaN));
    expect(decode.takeMissing().map(texts)).toEqual(['v absent ""', 'v wrong-type "12 C"']);
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

describe('what stands for a missing value, and what for a state', () => {
  const value = (cell: string, yaml: object, options: object = {}) => {
    const decode = decoder(mapping({ format: 'csv', delimiter: ';', ...options }), [channel('v', yaml)], ['time', 'v']);
    const [read] = decode.decode(record(`2024-01-02;${cell}`)).values;
    const [missing] = decode.takeMissing();
    return missing === undefined ? read : missing.reason;
  };

  test.each(['NA', 'n/a', 'NaN', 'NULL', 'None', '-', '--', '?', 'Unavailable', 'unknown', ' na '])(
    '%j is missing',
    (cell) => {
      expect(value(cell, {})).toBe('token');
    },
  );

  test('a channel adds its own words and numbers, whatever their digits', () => {
    const own = { missing: ['offline', -127, '85'] };
    expect(['Offline', '-127.00', '85', '85.0', 'na'].map((cell) => value(cell, own))).toEqual(Array(5).fill('token'));
    expect(['84.9', '127'].map((cell) => value(cell, own))).toEqual([84.9, 127]);
  });

  test('a stream names others in place of the usual ones', () => {
    const options = { missing: ['kein Wert', -999] };
    expect(['KEIN WERT', '-999', 'unknown'].map((cell) => value(cell, {}, options))).toEqual([
      'token',
      'token',
      'wrong-type',
    ]);
  });

  test('states are numbers where the channel says so, in any case, and truth values with them', () => {
    const door = { states: { open: 1, closed: 0, unknown: 2 } };
    expect(['Open', 'CLOSED', 'true', 'False', 'unknown', '0.5'].map((cell) => value(cell, door))).toEqual([
      1, 0, 1, 0, 2, 0.5,
    ]);
    expect(value('on', door)).toBe('wrong-type');
    expect(value('on', {})).toBe('wrong-type');
    expect(value('open', { ...door, valid: [0, 0] })).toBe('out-of-range');
  });

  test('truth values of JSON are 1 and 0 with `states` alone', () => {
    const read = (yaml: object) =>
      decoder(mapping({}), [channel('v', yaml)]).decode(record('{"time":"2024-01-02","v":true}')).values;
    expect([read({ states: {} }), read({ states: { true: 5 } }), read({})]).toEqual(
      [1, 5, Number.NaN].map((v) => Float64Array.of(v)),
    );
  });
});
