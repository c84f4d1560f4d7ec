import avsc from 'avsc';
import { describe, expect, test } from 'vitest';
import { Instant } from '../../src/decode/instant.ts';
import { compileAvro } from '../../src/registry/avro.ts';

const field = (type: unknown, more: object = {}) =>
  JSON.stringify({ type: 'record', name: 'Reading', fields: [{ name: 'it', type, ...more }] });

/** Written by the library as it is, with nothing of ours. */
const written = (type: unknown, it: unknown) => avsc.Type.forSchema(JSON.parse(field(type))).toBuffer({ it });
const readBack = (type: unknown, it: unknown, declared = type): unknown =>
  Reflect.get(Object(compileAvro(field(declared), [])(written(type, it))), 'it');

describe('a field of Avro', () => {
  test.each([
    ['int', -3],
    ['long', 2 ** 52 + 1],
    ['float', 0.5],
    ['double', 20.1],
    ['boolean', true],
    ['string', 'séance'],
    [{ type: 'enum', name: 'Mode', symbols: ['HEAT', 'COOL'] }, 'COOL'],
    [{ type: 'array', items: 'int' }, [1, 2, 3]],
    [{ type: 'map', values: 'double' }, { a: 1.5 }],
    [['null', 'double'], null],
    [['null', 'double'], 20.1],
    [['double', 'null'], 20.1],
    [['null', 'double', 'string'], 'hot'],
  ])('%j reads %j', (type, value) => {
    expect(readBack(type, value)).toEqual(value);
  });

  test.each([
    ['timestamp-millis', 1_700_000_000_123, new Instant(1_700_000_000_123, false)],
    ['timestamp-micros', 1_700_000_000_123_456, new Instant(1_700_000_000_123.456, false)],
    ['local-timestamp-millis', 1_700_000_000_123, new Instant(1_700_000_000_123, true)],
    ['local-timestamp-micros', 1_700_000_000_123_456, new Instant(1_700_000_000_123.456, true)],
  ])('%s is a time', (logicalType, value, instant) => {
    expect(readBack('long', value, { type: 'long', logicalType })).toEqual(instant);
    expect(readBack(['null', 'long'], value, ['null', { type: 'long', logicalType }])).toEqual(instant);
  });

  test('timestamp-nanos is one too, beyond what a number holds', () => {
    const type = compileAvro(field({ type: 'long', logicalType: 'timestamp-nanos' }), []);
    const zigzag = 1_700_000_000_123_456_789n * 2n;
    const bytes: number[] = [];
    for (let rest = zigzag; rest > 0n; rest >>= 7n) bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    expect(type(Uint8Array.from(bytes))).toEqual({ it: new Instant(1_700_000_000_123.4568, false) });
  });

  test('date is midnight on the wall clock', () => {
    const read = readBack('int', 19_675, { type: 'int', logicalType: 'date' });
    expect(read).toEqual(new Instant(Date.UTC(2023, 10, 14), true));
  });

  test.each([
    [[0x00], 0],
    [[0x07, 0xe1], 20.17],
    [[0xf8, 0x1f], -20.17],
    [[], 0],
  ])('a decimal of the bytes %j is %d', (bytes, value) => {
    const declared = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 };
    expect(readBack('bytes', Buffer.from(bytes), declared)).toBeCloseTo(value, 9);
  });

  test('a decimal larger than any number of 53 bits is the nearest number', () => {
    const declared = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 };
    expect(readBack('bytes', Buffer.from(`7f${'ff'.repeat(8)}`, 'hex'), declared)).toBe(2 ** 71 / 100);
  });

  test('a decimal of fixed bytes reads as one of bytes', () => {
    const fixed = { type: 'fixed', name: 'Money', size: 4 };
    const declared = { ...fixed, logicalType: 'decimal', precision: 9, scale: 2 };
    expect(readBack(fixed, Buffer.from([0, 0, 0x07, 0xe1]), declared)).toBe(20.17);
  });

  test('a long that no number holds is whole all the same', () => {
    const read = compileAvro(field('long'), []);
    expect(read(Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]))).toEqual({
      it: 2n ** 63n - 1n,
    });
    expect(read(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]))).toEqual({
      it: -(2n ** 63n),
    });
  });

  test('a union whose branches look alike is the value of the branch', () => {
    const union = [
      'null',
      'int',
      'double',
      { type: 'record', name: 'A', fields: [] },
      { type: 'record', name: 'B', fields: [] },
    ];
    expect(readBack(union, { double: 3.5 })).toBe(3.5);
    expect(readBack(union, { int: 3 })).toBe(3);
    expect(readBack(union, { B: {} })).toEqual({});
    expect(readBack(union, null)).toBeNull();
  });

  test('may have a default of any type', () => {
    const defaults: readonly (readonly [unknown, unknown])[] = [
      [['null', 'double'], null],
      [{ type: 'long', logicalType: 'timestamp-millis' }, 0],
      [{ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }, '\u0001'],
      [['int', 'long', 'null'], 3],
      [{ type: 'array', items: ['null', 'int', 'string'] }, []],
      ['long', 7],
      [{ type: 'int', logicalType: 'date' }, 0],
    ];
    for (const [type, value] of defaults) {
      expect(() => compileAvro(field(type, { default: value }), []), JSON.stringify(type)).not.toThrow();
    }
  });
});

describe('a schema of Avro', () => {
  const place = '{"type":"record","name":"Place","namespace":"home","fields":[{"name":"room","type":"string"}]}';
  const reading =
    '{"type":"record","name":"Reading","namespace":"home","fields":[{"name":"at","type":"Place"},{"name":"v","type":"int"}]}';

  test('may use others, by their full names', () => {
    expect(compileAvro(reading, [place])(Buffer.from([8, 0x68, 0x61, 0x6c, 0x6c, 84]))).toEqual({
      at: { room: 'hall' },
      v: 42,
    });
  });

  test('may contain itself', () => {
    const list =
      '{"type":"record","name":"L","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","L"]}]}';
    expect(compileAvro(list, [])(Buffer.from([2, 2, 4, 0]))).toEqual({ v: 1, next: { v: 2, next: null } });
  });

  test('that is none is refused', () => {
    for (const text of ['', '{}', '"Reading"', '{"type":"record"}', reading]) {
      expect(() => compileAvro(text, []), text).toThrow();
    }
  });

  test('does not read what it did not write', () => {
    const read = compileAvro(field('string'), []);
    for (const bytes of [
      [],
      [8, 0x68],
      [2, 0x68, 0x68],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]) {
      expect(() => read(Uint8Array.from(bytes)), String(bytes)).toThrow();
    }
  });
});
